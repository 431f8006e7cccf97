import { stream } from '../../../base/random.js';
import { cosine, sine } from '../synthetic/wave.js';
import { blurred } from './blur.js';
import type { CameraView } from './camera-view.js';
import { keepsPlaces, seenMask, seenPixels } from './geometry.js';

/**
 * An image as a client's camera sees it: geometry, blur, light and colour, noise, and one rounding at the end. The same
 * bytes on every machine; what the view leaves as it is costs nothing.
 * @param pixels [size×size×3] RGB bytes
 * @returns [size×size×3] RGB bytes
 */
export function throughView(pixels: Uint8Array, size: number, view: CameraView): Uint8Array {
  const places = keepsPlaces(view);
  const light = keepsLight(view);
  if (places && light && view.blur === 0 && view.noise === 0) return pixels;

  let seen = places ? new Float32Array(pixels) : seenPixels(pixels, size, view);
  if (view.blur > 0) seen = blurred(seen, size, view.blur * size);
  if (!light) lightUp(seen, size, view);
  if (view.noise > 0) addNoise(seen, view);
  return toBytes(seen);
}

/** The mask [size×size] of 0 and 1 that belongs to the image through the same view. */
export function maskThroughView(mask: Uint8Array, size: number, view: CameraView): Uint8Array {
  return keepsPlaces(view) ? mask : seenMask(mask, size, view);
}

function keepsLight({ exposure, gradient, colour }: CameraView): boolean {
  return exposure === 1 && gradient === 0 && colour.every((factor) => factor === 1);
}

/** Multiplies by exposure, gradient and the factors of the colours, in place. */
function lightUp(pixels: Float32Array, size: number, view: CameraView): void {
  const slopeX = (view.gradient * cosine(view.gradientDirection)) / size;
  const slopeY = (view.gradient * sine(view.gradientDirection)) / size;
  const [red, green, blue] = view.colour;
  const centre = (size - 1) / 2;
  let at = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      const gain = view.exposure * (1 + slopeX * (x - centre) + slopeY * (y - centre));
      pixels[at] *= gain * red;
      pixels[at + 1] *= gain * green;
      pixels[at + 2] *= gain * blue;
    }
  }
}

function addNoise(pixels: Float32Array, { noise, noiseSeed }: CameraView): void {
  const draws = new Float32Array(pixels.length);
  stream(noiseSeed).fillNormal(draws);
  for (let at = 0; at < draws.length; at++) pixels[at] += noise * draws[at];
}

function toBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let at = 0; at < bytes.length; at++) {
    const value = values[at];
    bytes[at] = value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5);
  }
  return bytes;
}
