import { badInput } from '../../../base/errors.js';
import { shuffledIndices } from '../../../base/random.js';
import type { ImageRecord } from '../image.js';
import { apportion, cut, evenSizes, shuffled } from './deal.js';
import { dirichlet } from './dirichlet.js';
import { withMinimum } from './minimum.js';
import { contentOf, groupsOf, inOrderOfIds, type Draw, type Pool } from './pool.js';
import type { CountedScheme } from './schema.js';
import { dealTestImages } from './test-images.js';

/**
 * Splits a pool into `scheme.clients` pools, each in the pool's order. Which image goes where depends on the set of
 * images, not on their order, and every group of images is drawn at an address of its own.
 * @param path where the scheme stands in a scenario, for errors
 * @throws FeddymemError (bad-input) when there are too few training images for the minimum
 */
export function splitCounted(pool: Pool, scheme: CountedScheme, draw: Draw, path: string): Pool[] {
  const { clients, minimum } = scheme;
  const available = pool.train.length;
  if (available < clients * minimum) {
    throw badInput(
      `${path}.minimum is ${minimum}: ${clients} clients need ${clients * minimum} training images, but there are ${available}`,
      'Take fewer clients, a lower minimum, or more images.',
    );
  }
  const dealt = dealTraining(inOrderOfIds(pool.train), scheme, draw);
  const train = withMinimum(dealt, minimum, draw('minimum'));
  // Where content is drawn alike, test images are too.
  const groupOf = scheme.by === 'iid' || scheme.by === 'quantity' ? () => 'all' : contentOf;
  const test = dealTestImages(pool.test, train, groupOf, draw);
  const trainInOrder = inOrderOf(pool.train, train);
  const testInOrder = inOrderOf(pool.test, test);
  return trainInOrder.map((images, client) => ({ train: images, test: testInOrder[client] }));
}

/** The training images of each client, before the minimum is seen to. */
function dealTraining(images: readonly ImageRecord[], scheme: CountedScheme, draw: Draw): ImageRecord[][] {
  const { clients } = scheme;
  switch (scheme.by) {
    case 'iid':
      return cut(shuffled(images, draw('order')), evenSizes(images.length, clients));
    case 'quantity': {
      const shares = dirichlet(draw('shares'), scheme.alpha, clients);
      return cut(shuffled(images, draw('order')), apportion(shares, images.length, draw('remainders')));
    }
    case 'dirichlet': {
      const dealt: ImageRecord[][] = Array.from({ length: clients }, () => []);
      const groupOf = scheme.over === 'category' ? contentOf : ({ source }: ImageRecord) => source;
      for (const [group, members] of groupsOf(images, groupOf)) {
        const shares = dirichlet(draw('shares', group), scheme.alpha, clients);
        const sizes = apportion(shares, members.length, draw('remainders', group));
        cut(shuffled(members, draw('order', group)), sizes).forEach((some, client) => {
          for (const image of some) dealt[client].push(image);
        });
      }
      return dealt;
    }
    case 'shards': {
      const sorted = [...groupsOf(images, contentOf)].flatMap(([group, members]) =>
        shuffled(members, draw('order', group)),
      );
      const shards = cut(sorted, evenSizes(sorted.length, clients * scheme.perClient));
      const order = shuffledIndices(draw('deal'), shards.length);
      return Array.from({ length: clients }, (_, client) =>
        Array.from(
          order.subarray(client * scheme.perClient, (client + 1) * scheme.perClient),
          (at) => shards[at],
        ).flat(),
      );
    }
  }
}

/** The same images for each client, in the pool's order. */
function inOrderOf(pool: readonly ImageRecord[], held: readonly (readonly ImageRecord[])[]): ImageRecord[][] {
  const owners = new Map(held.flatMap((images, client) => images.map((image) => [image, client] as const)));
  const ordered: ImageRecord[][] = held.map(() => []);
  for (const image of pool) ordered[owners.get(image)!].push(image);
  return ordered;
}
