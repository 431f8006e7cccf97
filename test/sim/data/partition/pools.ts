import fc from 'fast-check';
import type { z } from 'zod';
import { shuffled } from '../../../../src/sim/data/partition/deal.js';
import type { Part, Pool } from '../../../../src/sim/data/partition/partition.js';
import { partitionSchema, type PartitionSettings } from '../../../../src/sim/data/partition/schema.js';
import { stream } from '../../../../src/base/random.js';
import type { ImageRecord } from '../../../../src/sim/data/image.js';
import { sealLabel } from '../../../../src/sim/data/label.js';

type Input = z.input<typeof partitionSchema>;

/** How many images of one category a pool has. */
export interface Content {
  readonly source: string;
  readonly category: string;
  readonly train: number;
  readonly good: number;
  readonly defective: number;
}

export function imageOf(id: string, source = 'set', category = 'thing', label: 0 | 1 = 0): ImageRecord {
  return {
    id,
    label: sealLabel(label),
    source,
    category,
    location: { kind: 'file', path: `/data/${id}` },
    mask: { kind: 'none' },
  };
}

export function poolOf(contents: readonly Content[]): Pool {
  const images = (split: string, label: 0 | 1, count: (content: Content) => number) =>
    contents.flatMap((content) =>
      Array.from({ length: count(content) }, (_, at) => {
        const { source, category } = content;
        return imageOf(`${source}/${category}/${split}/x${at % 3}_${at}.png`, source, category, label);
      }),
    );
  return {
    train: images('train/good', 0, ({ train }) => train),
    test: [
      ...images('test/good', 0, ({ good }) => good),
      ...images('test/bad', 1, ({ defective }) => defective),
    ],
  };
}

export function settingsOf(settings: Input): PartitionSettings {
  return partitionSchema.parse(settings);
}

/** The same images in another order. */
export function reordered({ train, test }: Pool, seed: number): Pool {
  return { train: shuffled(train, stream(seed, 'train')), test: shuffled(test, stream(seed, 'test')) };
}

/** Who holds what, whatever the order inside. */
export function holdings(parts: readonly Part[]): Record<string, { train: string[]; test: string[] }> {
  const ids = (images: readonly ImageRecord[]) => images.map(({ id }) => id).sort();
  return Object.fromEntries(parts.map(({ id, train, test }) => [id, { train: ids(train), test: ids(test) }]));
}

/** Two sets of a few categories each; some categories are only trained on, some only tested. */
export const somePool: fc.Arbitrary<Pool> = fc
  .array(
    fc.record({
      source: fc.constantFrom('one', 'two'),
      category: fc.constantFrom('bolt', 'cap', 'disc'),
      train: fc.integer({ min: 0, max: 30 }),
      good: fc.integer({ min: 0, max: 9 }),
      defective: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((contents) => {
    const distinct = new Map(contents.map((content) => [`${content.source} ${content.category}`, content]));
    return poolOf([
      { source: 'one', category: 'ample', train: 40, good: 5, defective: 5 },
      ...distinct.values(),
    ]);
  });

/** Counted schemes of up to eight clients, which any pool above can feed. */
export const someCounted: fc.Arbitrary<Input> = fc
  .record({
    clients: fc.integer({ min: 1, max: 8 }),
    minimum: fc.integer({ min: 0, max: 5 }),
    alpha: fc.constantFrom(0.001, 0.01, 0.5, 10, 1e6),
    perClient: fc.integer({ min: 1, max: 3 }),
    over: fc.constantFrom('category' as const, 'source' as const),
    by: fc.constantFrom('iid' as const, 'dirichlet' as const, 'quantity' as const, 'shards' as const),
  })
  .map(({ by, clients, minimum, alpha, perClient, over }) =>
    by === 'iid'
      ? { by, clients, minimum }
      : by === 'dirichlet'
        ? { by, clients, minimum, alpha, over }
        : by === 'quantity'
          ? { by, clients, minimum, alpha }
          : { by, clients, minimum, perClient },
  );

/** One of each scheme that splits into a number of clients. */
export const countedSchemes: Input[] = [
  { by: 'iid' },
  { by: 'dirichlet' },
  { by: 'quantity' },
  { by: 'shards' },
];

/** Schemes in two levels that a pool of forty images in one category can feed. */
export const someNested: fc.Arbitrary<Input> = fc.constantFrom<Input>(
  { by: 'iid', clients: 3, then: { by: 'dirichlet', minimum: 2 } },
  { by: 'dirichlet', clients: 2, minimum: 6, then: { by: 'iid', clients: 3 } },
  { by: 'quantity', clients: 3, minimum: 4, then: { by: 'shards', clients: 4, minimum: 1 } },
  { by: 'shards', clients: 2, minimum: 6, then: { by: 'quantity', alpha: 0.05 } },
  { by: 'source', then: { by: 'iid', clients: 2, minimum: 0 } },
  { by: 'category', then: { by: 'quantity', clients: 4, minimum: 0 } },
  { by: 'file-name', pattern: '^(x[12])_', then: { by: 'dirichlet', clients: 2, minimum: 0 } },
  { by: 'column', file: 'labs.csv', then: { by: 'shards', clients: 2, minimum: 0 } },
);
