import type { RandomStream } from '../../../base/random.js';
import type { Canvas } from './canvas.js';
import { cosine, sine } from './wave.js';
import type { SyntheticWorld } from './world.js';

/** Lamps flicker and age: relative spread of exposure and gradient, spread of direction in turns. */
const exposureJitter = 0.035;
const gradientJitter = 0.2;
const directionJitter = 0.03;

/**
 * Lights a canvas and reads it out with sensor noise. Each byte depends on its own colour and on the draws alone, so
 * that canvases that agree in a pixel give images that agree there.
 * @returns size × size × 3 bytes
 */
export function exposeCanvas(world: SyntheticWorld, canvas: Canvas, random: RandomStream): Uint8Array {
  const { size, colours } = canvas;
  const wobble = (spread: number) => spread * (2 * random.uniform() - 1);
  const exposure = 255 * world.exposure * (1 + wobble(exposureJitter));
  const gradient = world.lightGradient * (1 + wobble(gradientJitter));
  const direction = world.lightDirection + wobble(directionJitter);
  const slopeX = (gradient * cosine(direction)) / size;
  const slopeY = (gradient * sine(direction)) / size;
  const [red, green, blue] = world.lightColour;
  const noise = new Float32Array(world.grey ? size * size : colours.length);
  random.fillNormal(noise);
  // One reading a pixel, or one a channel.
  const [stride, second, third] = world.grey ? [1, 0, 0] : [3, 1, 2];

  const pixels = new Uint8Array(colours.length);
  const centre = (size - 1) / 2;
  let at = 0;
  let read = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3, read += stride) {
      const gain = exposure * (1 + slopeX * (x - centre) + slopeY * (y - centre));
      pixels[at] = toByte(colours[at] * gain * red + world.noise * noise[read]);
      pixels[at + 1] = toByte(colours[at + 1] * gain * green + world.noise * noise[read + second]);
      pixels[at + 2] = toByte(colours[at + 2] * gain * blue + world.noise * noise[read + third]);
    }
  }
  return pixels;
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5);
}
