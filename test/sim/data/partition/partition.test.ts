import { describe, expect, it } from 'vitest';
import { partition } from '../../../../src/sim/data/partition/partition.js';
import { partitionSchema } from '../../../../src/sim/data/partition/schema.js';
import { countOfNobody } from '../../../../src/sim/data/partition/natural.js';
import { partitionTable } from '../../../../src/sim/data/partition/statistics.js';
import { imageOf, poolOf, settingsOf } from './pools.js';
import { revealLabel } from '../../../../src/sim/data/label.js';

const bolts = { source: 'one', category: 'bolt', train: 60, good: 20, defective: 40 };
const caps = { source: 'one', category: 'cap', train: 40, good: 10, defective: 10 };
const others = { source: 'two', category: 'bolt', train: 20, good: 5, defective: 5 };
const three = poolOf([bolts, caps, others]);
const seed = 7;
const ids = (parts: readonly { id: string }[]) => parts.map(({ id }) => id);
const sizes = (parts: readonly { train: readonly unknown[] }[]) => parts.map(({ train }) => train.length);

describe('clients that follow from the images', () => {
  it('are sources, in the order of the pool', () => {
    const parts = partition(poolOf([others, bolts, caps]), settingsOf({ by: 'source' }), { seed });
    expect(ids(parts)).toEqual(['two', 'one']);
    expect(sizes(parts)).toEqual([20, 100]);
    expect(parts.map(({ test }) => test.length)).toEqual([10, 80]);
  });

  it('are categories, named with their source where there are several', () => {
    expect(ids(partition(three, settingsOf({ by: 'category' }), { seed }))).toEqual([
      'one-bolt',
      'one-cap',
      'two-bolt',
    ]);
    expect(ids(partition(poolOf([caps, bolts]), settingsOf({ by: 'category' }), { seed }))).toEqual([
      'cap',
      'bolt',
    ]);
  });

  it('are never two categories under one name', () => {
    const pool = poolOf([
      { ...bolts, source: 'a-b', category: 'c' },
      { ...bolts, source: 'a', category: 'b-c' },
    ]);
    expect(() => partition(pool, settingsOf({ by: 'category' }), { seed })).toThrow(/both be client a-b-c/);
  });

  it('stand in file names; who does not match is nobody’s, and counted', () => {
    const settings = settingsOf({ by: 'file-name', pattern: '^(x[12])_' });
    const pool = poolOf([{ ...bolts, train: 10, good: 4, defective: 2 }]);
    expect(sizes(partition(pool, settings, { seed }))).toEqual([3, 3]);
    expect(countOfNobody(pool, settings)).toEqual({ train: 4, test: 3 });
    expect(countOfNobody(pool, settingsOf({ by: 'source' }))).toEqual({ train: 0, test: 0 });
  });

  it('must stand in some file name', () => {
    const settings = settingsOf({ by: 'file-name', pattern: '^(never)_' });
    expect(() => partition(three, settings, { seed })).toThrow(
      'data.partition.pattern /^(never)_/ matches no file name',
    );
  });

  it('stand in a table, sorted', () => {
    const settings = settingsOf({ by: 'column', file: 'labs.csv', column: 'lab' });
    const parts = partition(three, settings, {
      seed,
      column: ({ category }) => (category === 'cap' ? 'A' : 'B'),
    });
    expect(ids(parts)).toEqual(['A', 'B']);
    expect(sizes(parts)).toEqual([40, 80]);
    expect(() => partition(three, settings, { seed, column: () => undefined })).toThrow(
      'column lab of labs.csv has no entry for the image one/bolt/train/good/x0_0.png',
    );
    expect(() => partition(three, settings, { seed, column: () => '' })).toThrow('has no entry');
  });
});

describe('a number of clients', () => {
  it('iid: equal sizes and test sets, alike in content', () => {
    const parts = partition(three, settingsOf({ by: 'iid', clients: 7 }), { seed });
    expect(sizes(parts).toSorted()).toEqual([17, 17, 17, 17, 17, 17, 18]);
    const { clients, skew } = partitionTable(parts);
    for (const { testGood, testDefective } of clients) {
      expect(Math.abs(testGood - 5)).toBeLessThanOrEqual(1);
      expect(Math.abs(testDefective - 55 / 7)).toBeLessThan(1);
    }
    expect(skew.content.mean).toBeLessThan(0.2);
  });

  it('dirichlet: alpha sets how unequal', () => {
    const skewAt = (alpha: number) =>
      partitionTable(
        partition(three, settingsOf({ by: 'dirichlet', clients: 5, alpha, minimum: 0 }), { seed }),
      ).skew;
    const equal = skewAt(1e6);
    expect(equal.content.largest).toBeLessThan(0.05);
    expect([equal.quantity.smallest, equal.quantity.largest]).toEqual([24, 24]);
    expect(skewAt(0.5).content.mean).toBeGreaterThan(skewAt(100).content.mean!);
    expect(skewAt(0.5).quantity.gini).toBeGreaterThan(skewAt(100).quantity.gini);
  });

  it('dirichlet: for tiny alpha each category is with one client', () => {
    const parts = partition(three, settingsOf({ by: 'dirichlet', clients: 9, alpha: 0.001, minimum: 0 }), {
      seed,
    });
    const { clients } = partitionTable(parts);
    expect([0, 1, 2].map((at) => Math.max(...clients.map(({ trainOf }) => trainOf[at])))).toEqual([
      60, 40, 20,
    ]);
    expect([0, 1, 2].map((at) => Math.max(...clients.map(({ testOf }) => testOf[at])))).toEqual([60, 20, 10]);
  });

  it('dirichlet: a category more leaves the others with whom they were', () => {
    const settings = settingsOf({ by: 'dirichlet', clients: 5, alpha: 0.5, minimum: 0 });
    const bolted = (contents: Parameters<typeof poolOf>[0]) =>
      partition(poolOf(contents), settings, { seed }).map(({ train, test }) =>
        [...train, ...test]
          .filter(({ category, source }) => category === 'bolt' && source === 'one')
          .map(({ id }) => id),
      );
    expect(bolted([bolts, caps, others])).toEqual(bolted([bolts]));
  });

  it('dirichlet over sources: categories of a source go together', () => {
    const settings = settingsOf({ by: 'dirichlet', over: 'source', clients: 4, alpha: 0.001, minimum: 0 });
    const { clients } = partitionTable(partition(three, settings, { seed }));
    expect(clients.filter(({ trainOf }) => trainOf[0] === 60 && trainOf[1] === 40)).toHaveLength(1);
  });

  it('quantity: unequal sizes, alike in content', () => {
    const pool = poolOf([
      { ...bolts, train: 1000 },
      { ...caps, train: 1000 },
    ]);
    const { skew } = partitionTable(
      partition(pool, settingsOf({ by: 'quantity', clients: 4, minimum: 50 }), { seed }),
    );
    expect(skew.quantity.gini).toBeGreaterThan(0.2);
    expect(skew.content.largest).toBeLessThan(0.15);
  });

  it('shards: a client holds as many categories as it has shards', () => {
    const contents = ['a', 'b', 'c', 'd'].map((category) => ({ ...bolts, category, train: 20 }));
    const { clients } = partitionTable(
      partition(poolOf(contents), settingsOf({ by: 'shards', clients: 8, perClient: 1 }), { seed }),
    );
    for (const { trainOf } of clients) expect(trainOf.toSorted((a, b) => b - a)).toEqual([10, 0, 0, 0]);
    // Each category lies with two clients, which share its test images: 10 good and 20 defective each.
    for (const { testGood, testDefective } of clients) expect([testGood, testDefective]).toEqual([10, 20]);
  });

  it('test images follow training images, for each label', () => {
    const parts = partition(three, settingsOf({ by: 'dirichlet', clients: 4, alpha: 1 }), { seed });
    const { clients, contents } = partitionTable(parts);
    const at = contents.findIndex(({ source, category }) => source === 'one' && category === 'bolt');
    parts.forEach(({ test }, client) => {
      for (const [label, total] of [
        [0, 20],
        [1, 40],
      ]) {
        const held = test.filter(
          (image) =>
            image.source === 'one' && image.category === 'bolt' && revealLabel(image.label) === label,
        );
        expect(Math.abs(held.length - (total * clients[client].trainOf[at]) / 60)).toBeLessThan(1);
      }
    });
  });

  it('test images that nobody trains on are dealt evenly', () => {
    const pool = poolOf([bolts, { ...caps, train: 0, good: 8, defective: 4 }]);
    const { clients, contents } = partitionTable(
      partition(pool, settingsOf({ by: 'dirichlet', clients: 4, alpha: 0.1 }), { seed }),
    );
    const at = contents.findIndex(({ category }) => category === 'cap');
    expect(clients.map(({ testOf }) => testOf[at])).toEqual([3, 3, 3, 3]);
  });

  it('works for a thousand clients', () => {
    const pool = poolOf(['a', 'b', 'c', 'd'].map((category) => ({ ...bolts, category, train: 1000 })));
    const parts = partition(pool, settingsOf({ by: 'dirichlet', clients: 1000, alpha: 0.1 }), { seed });
    expect(sizes(parts).reduce((sum, size) => sum + size)).toBe(4000);
    expect(Math.min(...sizes(parts))).toBe(2);
  });
});

describe('how many clients', () => {
  it('is the number that takes part where the partition does not say', () => {
    expect(ids(partition(three, settingsOf({ by: 'iid' }), { seed, clients: 3 }))).toEqual([
      'client-1',
      'client-2',
      'client-3',
    ]);
    expect(() => partition(three, settingsOf({ by: 'iid' }), { seed })).toThrow(
      'needs to know how many clients',
    );
  });

  it('counts both levels', () => {
    const parts = partition(three, settingsOf({ by: 'source', then: { by: 'quantity' } }), { seed });
    expect(ids(parts)).toEqual(['one-1', 'one-2', 'two-1', 'two-2']);
    const twofold = partition(three, settingsOf({ by: 'iid', then: { by: 'quantity', clients: 2 } }), {
      seed,
      clients: 5,
    });
    expect(ids(twofold)).toEqual(['client-1-1', 'client-1-2', 'client-2-1', 'client-2-2', 'client-3-1']);
    expect(sizes(twofold)[0] + sizes(twofold)[1]).toBe(40);
  });

  it('splits one outer client whatever the others hold', () => {
    const settings = settingsOf({ by: 'source', then: { by: 'dirichlet' } });
    const alone = partition(poolOf([others]), settings, { seed });
    expect(partition(three, settings, { seed }).slice(2)).toEqual(alone);
  });

  it('is not above what the partition makes', () => {
    expect(() => partition(three, settingsOf({ by: 'source' }), { seed, clients: 3 })).toThrow(
      'clients is 3, but data.partition by source makes 2',
    );
    expect(() => partition(three, settingsOf({ by: 'iid', clients: 4 }), { seed, clients: 5 })).toThrow(
      'clients is 5',
    );
  });

  it('leaves everybody the minimum, or says what is missing', () => {
    expect(() => partition(three, settingsOf({ by: 'shards', clients: 41, minimum: 3 }), { seed })).toThrow(
      'data.partition.minimum is 3: 41 clients need 123 training images, but there are 120',
    );
    const nested = settingsOf({ by: 'source', then: { by: 'iid', clients: 11 } });
    expect(() => partition(three, nested, { seed })).toThrow(
      'client two: data.partition.then.minimum is 2: 11 clients need 22 training images, but there are 20',
    );
  });
});

describe('the settings', () => {
  it('have defaults', () => {
    expect(settingsOf({ by: 'dirichlet' })).toEqual({
      by: 'dirichlet',
      over: 'category',
      alpha: 0.5,
      minimum: 2,
    });
    expect(settingsOf({ by: 'source', then: { by: 'shards' } })).toEqual({
      by: 'source',
      then: { by: 'shards', perClient: 2, clients: 2, minimum: 2 },
    });
    expect(settingsOf({ by: 'column', file: 'labs.csv' })).toMatchObject({ key: 'file', column: 'client' });
  });

  it.each([
    { by: 'iid', alpha: 1 },
    { by: 'file-name', pattern: 'no group' },
    { by: 'dirichlet', alpha: 0 },
    { by: 'source', then: { by: 'category' } },
    { by: 'source', then: { by: 'iid', then: { by: 'iid' } } },
  ])('refuse $by when it makes no sense', (settings) => {
    expect(partitionSchema.safeParse(settings).success).toBe(false);
  });
});

it('an empty pool has no clients', () => {
  expect(partition({ train: [], test: [] }, settingsOf({ by: 'source' }), { seed })).toEqual([]);
  const single = { train: [imageOf('set/a.png')], test: [] };
  expect(() => partition(single, settingsOf({ by: 'iid', clients: 1 }), { seed })).toThrow(
    'need 2 training images',
  );
});
