import type { RandomStream } from '../../../../base/random.js';
import type { Canvas } from '../surface.js';

/** How much of a defect there is. */
export interface DefectStrength {
  /** 0 the kind's smallest … 1 its largest. */
  readonly extent: number;
  /** 0 invisible … 1 plain to see; more is allowed. */
  readonly contrast: number;
}

/**
 * Paints one defect over a canvas, in place.
 * @returns size × size mask: 1 exactly where the canvas was changed
 */
export type Defect = (canvas: Canvas, strength: DefectStrength, random: RandomStream) => Uint8Array;

/**
 * Blends each channel of the covered pixels: `change(before, channel, pixel)` is what full coverage makes of it.
 * @param coverage size × size, in [0, 1]; 0 leaves a pixel alone
 * @returns the mask of the changed pixels
 */
export function blendCovered(
  { colours }: Canvas,
  coverage: Float32Array,
  change: (before: number, channel: number, pixel: number) => number,
): Uint8Array {
  const mask = new Uint8Array(coverage.length);
  for (let pixel = 0; pixel < coverage.length; pixel++) {
    const weight = coverage[pixel];
    if (weight === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const at = pixel * 3 + channel;
      const before = colours[at];
      colours[at] = before + weight * (change(before, channel, pixel) - before);
      if (colours[at] !== before) mask[pixel] = 1;
    }
  }
  return mask;
}
