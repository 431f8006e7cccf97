import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOfNobody } from '../../../../src/sim/data/partition/natural.js';
import { partition } from '../../../../src/sim/data/partition/partition.js';
import type { PartitionSettings } from '../../../../src/sim/data/partition/schema.js';
import {
  countedSchemes,
  holdings,
  poolOf,
  reordered,
  settingsOf,
  someCounted,
  someNested,
  somePool,
} from './pools.js';

const column = ({ id }: { id: string }) => `lab ${id.length % 3}`;
const natural = [
  settingsOf({ by: 'source' }),
  settingsOf({ by: 'category' }),
  settingsOf({ by: 'file-name', pattern: '^(x[12])_' }),
  settingsOf({ by: 'column', file: 'labs.csv' }),
];
const someSettings: fc.Arbitrary<PartitionSettings> = fc.oneof(
  fc.constantFrom(...natural),
  someCounted.map(settingsOf),
  someNested.map(settingsOf),
);
const seeds = fc.integer({ min: 0, max: 1000 });

describe('every partition', () => {
  it('gives every image to exactly one client, in the order of the pool', () => {
    fc.assert(
      fc.property(somePool, someSettings, seeds, (pool, settings, seed) => {
        const parts = partition(pool, settings, { seed, column });
        const nobody = countOfNobody(pool, settings);
        expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
        for (const split of ['train', 'test'] as const) {
          const places = new Map(pool[split].map((image, at) => [image, at]));
          const dealt = parts.flatMap((part) => part[split]);
          expect(new Set(dealt).size).toBe(dealt.length);
          expect(dealt.length + nobody[split]).toBe(pool[split].length);
          for (const part of parts) {
            const order = part[split].map((image) => places.get(image)!);
            expect(order).toEqual(order.toSorted((a, b) => a - b));
          }
        }
      }),
    );
  });

  it('is the same for the same seed, and for any order of settings', () => {
    fc.assert(
      fc.property(somePool, someSettings, seeds, (pool, settings, seed) => {
        const turned = Object.fromEntries(Object.entries(settings).reverse()) as PartitionSettings;
        const parts = partition(pool, settings, { seed, column });
        expect(partition(pool, turned, { seed, column })).toEqual(parts);
      }),
    );
  });

  it('gives everybody the same images, whatever order they come in', () => {
    fc.assert(
      fc.property(somePool, someSettings, seeds, (pool, settings, seed) => {
        const parts = partition(pool, settings, { seed, column });
        const turned = partition(reordered(pool, seed), settings, { seed, column });
        expect(holdings(turned)).toEqual(holdings(parts));
      }),
    );
  });

  it('gives a client the same images, however many take part', () => {
    fc.assert(
      fc.property(somePool, someSettings, seeds, (pool, settings, seed) => {
        const parts = partition(pool, settings, { seed, column });
        for (let clients = 1; clients <= parts.length; clients++) {
          expect(partition(pool, settings, { seed, clients, column })).toEqual(parts.slice(0, clients));
        }
      }),
    );
  });
});

describe('every split into a number of clients', () => {
  it('makes so many clients and holds the minimum', () => {
    fc.assert(
      fc.property(somePool, someCounted, seeds, (pool, input, seed) => {
        const settings = settingsOf(input) as PartitionSettings & { clients: number; minimum: number };
        const parts = partition(pool, settings, { seed });
        expect(parts.map(({ id }) => id)).toEqual(
          Array.from({ length: settings.clients }, (_, at) => `client-${at + 1}`),
        );
        for (const { train } of parts) expect(train.length).toBeGreaterThanOrEqual(settings.minimum);
      }),
    );
  });

  it.each(countedSchemes)('$by: another seed makes another split', (settings) => {
    const pool = poolOf([
      { source: 'one', category: 'bolt', train: 60, good: 20, defective: 20 },
      { source: 'one', category: 'cap', train: 60, good: 20, defective: 20 },
    ]);
    const splits = [1, 2, 3].map((seed) =>
      holdings(partition(pool, settingsOf(settings), { seed, clients: 5 })),
    );
    expect(splits[1]).not.toEqual(splits[0]);
    expect(splits[2]).not.toEqual(splits[0]);
    expect(splits[2]).not.toEqual(splits[1]);
  });

  it('tests a client on what it trains on, where anybody trains on it', () => {
    fc.assert(
      fc.property(somePool, fc.integer({ min: 1, max: 8 }), seeds, (pool, clients, seed) => {
        const settings = settingsOf({ by: 'dirichlet', alpha: 0.1, clients, minimum: 0 });
        const contents = (images: readonly { source: string; category: string }[]) =>
          new Set(images.map(({ source, category }) => `${source} ${category}`));
        const trained = contents(pool.train);
        for (const { train, test } of partition(pool, settings, { seed })) {
          const known = contents(train);
          for (const content of contents(test)) expect(known.has(content)).toBe(trained.has(content));
        }
      }),
    );
  });
});
