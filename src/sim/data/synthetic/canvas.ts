import type { RandomStream } from '../../../base/random.js';
import type { DefectStrength } from './defects/defect.js';
import type { Ramp } from './textures/texture.js';
import { clamp01, mix } from './wave.js';

/** Pixels before light and sensor, and what defects need to know about what is on them. */
export interface Canvas {
  readonly size: number;
  /** Red, green, blue interleaved, size × size × 3, about [0, 1]. */
  readonly colours: Float32Array;
  /** size × size in [0, 1]: how far a pixel belongs to the object that is inspected; left out: all do. */
  readonly subject?: Float32Array;
  /** size × size × 3: what lies below the object, where it can be seen. */
  readonly ground?: Float32Array;
  /** The colours of the same scene with one element out of place; left out where a scene has no elements. */
  readonly misplace?: (strength: DefectStrength, random: RandomStream) => Float32Array;
}

/** Blends in a 3×3 binomial blur, channel by channel; the border repeats its pixels. */
export function soften(values: Float32Array, size: number, amount: number, channels = 1): Float32Array {
  const rows = new Float32Array(values.length);
  const result = new Float32Array(values.length);
  const stride = size * channels;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = values[x >= channels ? at - channels : at];
      const right = values[x < stride - channels ? at + channels : at];
      rows[at] = (left + 2 * values[at] + right) / 4;
    }
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const above = rows[y > 0 ? at - stride : at];
      const below = rows[y < size - 1 ? at + stride : at];
      result[at] = mix(values[at], (above + 2 * rows[at] + below) / 4, amount);
    }
  }
  return result;
}

/** The colours of tones on a ramp. */
export function colourise(tones: Float32Array, [dark, middle, light]: Ramp): Float32Array {
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
