import { stream } from '../../../../src/base/random.js';
import { identityView, type CameraView } from '../../../../src/sim/data/views/camera-view.js';

/** The identity with some parts changed. */
export function viewWith(parts: Partial<CameraView>): CameraView {
  return { ...identityView, ...parts };
}

/** [size×size×3] bytes of one colour. */
export function flatImage(size: number, colour: readonly [number, number, number]): Uint8Array {
  return Uint8Array.from({ length: size * size * 3 }, (_, at) => colour[at % 3]);
}

/** [size×size×3] bytes without any order. */
export function noiseImage(size: number, seed: number): Uint8Array {
  const random = stream(seed, 'pixels');
  return Uint8Array.from({ length: size * size * 3 }, () => random.integer(256));
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum / values.length;
}

export function deviationOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(Array.from(values, (value) => (value - mean) ** 2)));
}

/** One channel of an image. */
export function channelOf(pixels: Uint8Array, channel: number): Uint8Array {
  return pixels.filter((_, at) => at % 3 === channel);
}
