import type { RandomStream } from '../../../base/random.js';
import { latticePeriod } from './lattice.js';
import { textures } from './textures/registry.js';
import type { Ramp } from './textures/texture.js';
import { clamp01, cosine, mix, sine } from './wave.js';
import type { SyntheticWorld } from './world.js';

/** Pixels before light and sensor: red, green, blue interleaved, size × size × 3, about [0, 1]. */
export interface Canvas {
  readonly size: number;
  readonly colours: Float32Array;
}

/** How much the parts under the camera differ in how they lie: ± turns, ± relative size. */
const rotationJitter = 0.006;
const scaleJitter = 0.03;

/** The surface as the lens shows it: each image lies elsewhere on the plane, a little turned and scaled. */
export function paintSurface(world: SyntheticWorld, size: number, random: RandomStream): Canvas {
  const texture = textures[world.family];
  const originU = random.uniform() * latticePeriod;
  const originV = random.uniform() * latticePeriod;
  const angle = world.orientation + rotationJitter * (2 * random.uniform() - 1);
  const scale = world.featureScale * (1 + scaleJitter * (2 * random.uniform() - 1));
  const step = texture.featuresAcross / (scale * size);
  const stepU = step * cosine(angle);
  const stepV = step * sine(angle);

  const tones = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const u = originU + x * stepU - y * stepV;
      const v = originV + x * stepV + y * stepU;
      tones[y * size + x] = texture.tone(u, v);
    }
  }
  return { size, colours: colourise(soften(tones, size, world.blur), world.ramp) };
}

/** Blends in a 3×3 binomial blur; the border repeats its pixels. */
function soften(tones: Float32Array, size: number, amount: number): Float32Array {
  const rows = new Float32Array(tones.length);
  const result = new Float32Array(tones.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * size + x;
      const left = tones[x > 0 ? at - 1 : at];
      const right = tones[x < size - 1 ? at + 1 : at];
      rows[at] = (left + 2 * tones[at] + right) / 4;
    }
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * size + x;
      const above = rows[y > 0 ? at - size : at];
      const below = rows[y < size - 1 ? at + size : at];
      result[at] = mix(tones[at], (above + 2 * rows[at] + below) / 4, amount);
    }
  }
  return result;
}

function colourise(tones: Float32Array, [dark, middle, light]: Ramp): Float32Array {
  const colours = new Float32Array(tones.length * 3);
  for (let pixel = 0; pixel < tones.length; pixel++) {
    const tone = 2 * clamp01(tones[pixel]);
    const upper = tone > 1;
    const low = upper ? middle : dark;
    const high = upper ? light : middle;
    const weight = upper ? tone - 1 : tone;
    for (let c = 0; c < 3; c++) colours[pixel * 3 + c] = mix(low[c], high[c], weight);
  }
  return colours;
}
