import type { RandomStream } from '../../../../base/random.js';
import type { Canvas } from '../canvas.js';

/** How much of a defect there is. */
export interface DefectStrength {
  /** 0 the kind's smallest … 1 its largest. */
  readonly extent: number;
  /** 0 invisible … 1 plain to see; more is allowed. */
  readonly contrast: number;
  /** Factor on its length or width; 1 as the kinds are made. */
  readonly scale: number;
}

/**
 * Paints one defect over a canvas, in place.
 * @returns size × size mask: 1 exactly where the canvas was changed
 */
export type Defect = (canvas: Canvas, strength: DefectStrength, random: RandomStream) => Uint8Array;

/** Where an object fades into its ground, less of a defect than this is dropped. */
const faintest = 0.12;

/**
 * Blends each channel of the covered pixels that belong to the subject: `change(before, channel, pixel)` is what full coverage makes of it.
 * @param coverage size × size, in [0, 1]; 0 leaves a pixel alone
 * @returns the mask of the changed pixels
 */
export function blendCovered(
  { colours, subject }: Canvas,
  coverage: Float32Array,
  change: (before: number, channel: number, pixel: number) => number,
): Uint8Array {
  const mask = new Uint8Array(coverage.length);
  for (let pixel = 0; pixel < coverage.length; pixel++) {
    const weight = subject ? coverage[pixel] * subject[pixel] : coverage[pixel];
    if (weight === 0 || (subject && weight < faintest)) continue;
    for (let channel = 0; channel < 3; channel++) {
      const at = pixel * 3 + channel;
      const before = colours[at];
      colours[at] = before + weight * (change(before, channel, pixel) - before);
      if (colours[at] !== before) mask[pixel] = 1;
    }
  }
  return mask;
}
