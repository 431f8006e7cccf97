import { sampleIndices, stream } from '../../base/random.js';
import type { ImageRecord } from './image.js';
import { revealLabel } from './label.js';
import { groupsOf, inOrderOfIds } from './partition/pool.js';

/** Test images that figures are made of: those for reporting, or those set aside for tuning. */
export const splitNames = ['test', 'validation'] as const;
export type SplitName = (typeof splitNames)[number];

export interface EvaluatedSplit {
  /** Share of the test images of each set and label that is set aside; 0: none. */
  readonly validation: number;
  readonly split: SplitName;
}

/** As if there were no tuning. */
export const allTestImages: EvaluatedSplit = { validation: 0, split: 'test' };

/**
 * The test images of a split, in their order. Who is set aside is drawn once and for all, whatever the scenario's
 * seed: an image on which settings were chosen never counts in a reported figure.
 */
export function imagesOfSplit(
  images: readonly ImageRecord[],
  { validation, split }: EvaluatedSplit,
): readonly ImageRecord[] {
  if (validation === 0) return split === 'test' ? images : [];
  const chosen = new Set<ImageRecord>();
  const groups = groupsOf(inOrderOfIds(images), ({ source, label }) =>
    JSON.stringify([source, revealLabel(label)]),
  );
  for (const [group, alike] of groups) {
    const count = Math.round(validation * alike.length);
    for (const at of sampleIndices(stream(0, 'validation', group), alike.length, count))
      chosen.add(alike[at]);
  }
  return images.filter((image) => chosen.has(image) === (split === 'validation'));
}
