import type { ImageRecord } from '../image.js';
import { revealLabel } from '../label.js';
import { apportion, cut, shuffled } from './deal.js';
import { groupsOf, inOrderOfIds, type Draw } from './pool.js';

/**
 * Deals test images as training images lie: of each group and label, a client gets in proportion to its share of the
 * group's training images. A group that nobody trains on is dealt evenly.
 * @param training what each client holds
 * @param groupOf images of one group are dealt together
 */
export function dealTestImages(
  test: readonly ImageRecord[],
  training: readonly (readonly ImageRecord[])[],
  groupOf: (image: ImageRecord) => string,
  draw: Draw,
): ImageRecord[][] {
  const weights = new Map<string, Float64Array>();
  training.forEach((images, client) => {
    for (const image of images) {
      const group = groupOf(image);
      if (!weights.has(group)) weights.set(group, new Float64Array(training.length));
      weights.get(group)![client]++;
    }
  });
  const evenly = new Float64Array(training.length).fill(1);
  const dealt: ImageRecord[][] = training.map(() => []);
  for (const [group, images] of groupsOf(inOrderOfIds(test), groupOf)) {
    for (const label of [0, 1] as const) {
      const alike = images.filter((image) => revealLabel(image.label) === label);
      if (alike.length === 0) continue;
      const sizes = apportion(
        weights.get(group) ?? evenly,
        alike.length,
        draw('test', group, label, 'remainders'),
      );
      cut(shuffled(alike, draw('test', group, label, 'order')), sizes).forEach((some, client) => {
        for (const image of some) dealt[client].push(image);
      });
    }
  }
  return dealt;
}
