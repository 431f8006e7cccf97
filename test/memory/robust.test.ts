import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffledIndices, stream } from '../../src/base/random.js';
import { aggregations, slotClusterings, type AggregationName } from '../../src/memory/aggregation.js';
import { concatenateBanks, mergeSlots, totalWeight, validateBank } from '../../src/memory/memory-bank.js';
import { aggregateBanks, robustRules, type ClientBank, type RobustName } from '../../src/memory/robust.js';
import { decodeBank, encodeBank } from '../../src/memory/wire.js';
import { naiveDistances, squaredDistance } from '../support/naive-distances.js';
import { bankOf, coordinate, largestDifference, rowsIn } from './samples.js';

const rules = Object.keys(robustRules) as RobustName[];
const clusterRules = ['trimmed', 'median-of-means'] as const;
const aggregationNames = Object.keys(aggregations) as AggregationName[];

const aggregate = (
  uploads: readonly ClientBank[],
  slots: number,
  robust: RobustName,
  seed = 1,
  aggregation: AggregationName = 'k-means',
) => {
  const dimensions = uploads[0].bank.vectors.columns;
  return aggregateBanks(uploads, dimensions, slots, aggregation, robust, stream(seed), naiveDistances);
};

/** One client for each list of numbers, each number a slot on a line. */
const onALine = (places: readonly (readonly number[])[], weights: readonly (readonly number[])[]) =>
  places.map((row, client) => ({
    client: `client-${client}`,
    bank: bankOf(row.map((place) => [place]), weights[client], row.map(() => 1), 1), // prettier-ignore
  }));

const federations = fc.integer({ min: 1, max: 3 }).chain((dimensions) => {
  const slot = fc.record({
    vector: fc.array(coordinate(20), { minLength: dimensions, maxLength: dimensions }),
    weight: fc.integer({ min: 1, max: 300 }),
    variance: fc.float({ min: 0, max: 4, noNaN: true }),
  });
  return fc.array(fc.array(slot, { maxLength: 5 }), { minLength: 1, maxLength: 9 }).map((clients) =>
    clients.map((slots, client) => ({
      client: `client-${(client * 7) % 9}`,
      bank: bankOf(
        slots.map(({ vector }) => vector),
        slots.map(({ weight }) => weight),
        slots.map(({ variance }) => variance),
        dimensions,
      ),
    })),
  );
});
const given = [federations, fc.integer({ min: 1, max: 6 }), fc.nat(1000)] as const;

describe.each(aggregationNames)('robust aggregation over %s', (aggregation) => {
  it('is the aggregation itself, bit for bit, with none', async () => {
    await fc.assert(
      fc.asyncProperty(...given, async (uploads, slots, seed) => {
        const dimensions = uploads[0].bank.vectors.columns;
        const joined = concatenateBanks(
          uploads.map(({ bank }) => bank),
          dimensions,
        );
        const plain = await aggregations[aggregation](joined, slots, stream(seed), naiveDistances);
        const result = await aggregate(uploads, slots, 'none', seed, aggregation);
        const weight = totalWeight(joined);
        expect(result).toEqual({ memory: plain, weightIn: weight, weightAfterRobust: weight, limited: [] });
      }),
    );
  });

  it.each(rules)('keeps the books and the order of nobody with %s', async (rule) => {
    await fc.assert(
      fc.asyncProperty(...given, async (uploads, slots, seed) => {
        const before = structuredClone(uploads);
        const result = await aggregate(uploads, slots, rule, seed, aggregation);
        expect(uploads).toEqual(before);
        validateBank(result.memory, uploads[0].bank.vectors.columns, 'result');
        expect(result.weightIn).toBe(uploads.reduce((sum, { bank }) => sum + totalWeight(bank), 0));
        const difference = totalWeight(result.memory) - result.weightAfterRobust;
        expect(Math.abs(difference)).toBeLessThan(1e-9 * (1 + result.weightAfterRobust));
        if (rule === 'norm-clip' || rule === 'trimmed')
          expect(result.weightAfterRobust).toBeLessThan(result.weightIn * (1 + 1e-9) + 1e-9);

        const names = uploads.map(({ client }) => client);
        expect(result.limited).toEqual(names.filter((name) => result.limited.includes(name)));
        const reversed = await aggregate(uploads.toReversed(), slots, rule, seed, aggregation);
        expect(reversed.limited.toReversed()).toEqual(result.limited);
        if (rule === 'trimmed' || rule === 'median-of-means') expect(reversed.memory).toEqual(result.memory);
      }),
      { numRuns: 50 },
    );
  });
});

describe.each(rules)('robust rule %s', (rule) => {
  it('gives nearly the plain memory when all clients upload the same', async () => {
    await fc.assert(
      fc.asyncProperty(...given, async ([{ bank }], clients, seed) => {
        // Away from the origin, so that no slot is long for its client.
        const vectors = { ...bank.vectors, data: bank.vectors.data.map((value) => value + 50) };
        const uploads = Array.from({ length: clients + 1 }, (_, client) => ({
          client: `${client}`,
          bank: { ...bank, vectors },
        }));
        const plain = await aggregate(uploads, 3, 'none', seed);
        const result = await aggregate(uploads, 3, rule, seed);
        expect(largestDifference(result.memory.vectors.data, plain.memory.vectors.data)).toBeLessThan(1e-4);
        expect(largestDifference(result.memory.weights, plain.memory.weights)).toBeLessThan(1e-6);
        expect(largestDifference(result.memory.variances, plain.memory.variances)).toBeLessThan(1e-3);
      }),
    );
  });

  it('takes one or two clients at their word, and none at all', async () => {
    for (const uploads of [onALine([[1, 2, 900]], [[1, 2, 3]]), onALine([[1, 2], [7]], [[9, 9], [40]])]) {
      expect(await aggregate(uploads, 2, rule)).toEqual(await aggregate(uploads, 2, 'none'));
    }
    const nobody = await aggregate(onALine([[]], [[]]), 3, rule);
    expect(nobody).toMatchObject({ weightIn: 0, weightAfterRobust: 0, limited: [] });
    expect(nobody.memory.weights).toHaveLength(0);
  });
});

describe('norm-clip', () => {
  it('scales long slots and heavy clients back to three times what is usual', async () => {
    // Median lengths 2, 3, 4, 4: usual 3.5, at most 10.5. Totals 10, 20, 30, 400: usual 25, at most 75.
    const uploads = [
      ...onALine([[2], [-3], [4, 100, 4]], [[10], [20], [10, 10, 10]]),
      { client: 'empty', bank: bankOf([], [], [], 1) },
      { client: 'heavy', bank: bankOf([[4], [4], [-50]], [200, 100, 100]) },
    ];
    const { memory, weightIn, weightAfterRobust, limited } = await aggregate(uploads, 9, 'norm-clip', 1, 'concat'); // prettier-ignore
    expect([...memory.vectors.data]).toEqual([2, -3, 4, 10.5, 4, 4, 4, -10.5]);
    expect([...memory.weights]).toEqual([10, 20, 10, 10, 10, 37.5, 18.75, 18.75]);
    expect([weightIn, weightAfterRobust]).toEqual([460, 135]);
    expect(limited).toEqual(['client-2', 'heavy']);
  });

  it('scales no slot of next to no weight into one that the wire takes for weightless', async () => {
    const uploads = onALine([[0, 5], [1], [2]], [[3e38, 2e-38], [1], [1]]); // prettier-ignore
    const { memory } = await aggregate(uploads, 9, 'norm-clip', 1, 'concat');
    expect(decodeBank(encodeBank(memory, 'f16'), 1, 'the server').weights).toHaveLength(3);
  });

  it('lets no client move the medians with many slots, nor clip to nothing', async () => {
    const many = onALine(
      [[1], [1], new Array<number>(50).fill(9)],
      [[5], [5], new Array<number>(50).fill(1)],
    );
    const { memory, limited } = await aggregate(many, 1, 'norm-clip', 1, 'concat');
    expect(Math.max(...memory.vectors.data)).toBe(3);
    expect(totalWeight(memory)).toBeCloseTo(5 + 5 + 15);
    expect(limited).toEqual(['client-2']);
    const zeros = onALine([[0], [0], [8]], [[1], [1], [1]]);
    expect(await aggregate(zeros, 3, 'norm-clip')).toEqual(await aggregate(zeros, 3, 'none'));
  });
});

describe('cluster rules', () => {
  const middle = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const half = (sorted.length - 1) / 2;
    return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
  };

  /** What the rules say of one cluster, from the raw slots; null where they say nothing. */
  function literalSlot(rule: (typeof clusterRules)[number], slots: LiteralSlot[], groupOf: number[]) {
    const clients = [...new Set(slots.map(({ client }) => client))];
    const voiceOf = (client: number) => (rule === 'trimmed' ? client : groupOf[client]);
    const voices = [...new Set(clients.map(voiceOf))].map((voice) =>
      slots.filter(({ client }) => voiceOf(client) === voice),
    );
    if (voices.length < 3) return null;
    const weightOf = (members: LiteralSlot[]) => members.reduce((sum, { weight }) => sum + weight, 0);
    const meanOf = (members: LiteralSlot[], value: (slot: LiteralSlot) => number) =>
      members.reduce((sum, slot) => sum + slot.weight * value(slot), 0) / weightOf(members);
    const cut = voices.length >= 10 ? 2 : 1;
    const centre = (values: number[]) => {
      if (rule === 'median-of-means') return middle(values);
      const kept = values.toSorted((a, b) => a - b).slice(cut, -cut);
      return kept.reduce((sum, value) => sum + value, 0) / kept.length;
    };
    const vector = slots[0].vector.map((_, axis) =>
      centre(voices.map((members) => meanOf(members, (slot) => slot.vector[axis]))),
    );
    const variance = centre(
      voices.map((members) =>
        meanOf(members, (slot) => slot.variance + squaredDistance(slot.vector, vector) / vector.length),
      ),
    );
    if (rule === 'trimmed') {
      const weights = voices.map(weightOf).sort((a, b) => a - b);
      const most = weights.at(-1 - cut)!;
      return { vector, variance, weight: weights.reduce((sum, weight) => sum + Math.min(weight, most), 0) };
    }
    const perClient = voices.map((m) => weightOf(m) / new Set(m.map(({ client }) => client)).size);
    return { vector, variance, weight: middle(perClient) * clients.length };
  }
  interface LiteralSlot {
    client: number;
    vector: number[];
    weight: number;
    variance: number;
  }

  it.each(clusterRules)('agree with their definition: %s', async (rule) => {
    let spoken = 0;
    await fc.assert(
      fc.asyncProperty(...given, async (uploads, slots, seed) => {
        const ordered = uploads
          .filter(({ bank }) => bank.weights.length > 0)
          .sort((a, b) => (a.client < b.client ? -1 : 1));
        const raw = ordered.flatMap(({ bank }, client) =>
          rowsIn(bank.vectors).map((vector, slot) => ({
            client,
            vector,
            weight: bank.weights[slot],
            variance: bank.variances[slot],
          })),
        );
        fc.pre(raw.length > 0);
        const random = stream(seed);
        const joined = concatenateBanks(
          ordered.map(({ bank }) => bank),
          raw[0].vector.length,
        );
        const totals = ordered.map(({ bank }) => totalWeight(bank));
        const most = ordered.length < 3 ? Infinity : 3 * middle(totals);
        const scales = totals.map((total) => (total > most ? most / total : 1));
        const weights = Float64Array.from(raw, ({ weight, client }) => weight * scales[client]);
        const found = (await slotClusterings['k-means']({ ...joined, weights }, slots, random, naiveDistances))!; // prettier-ignore
        const groups = [0, 1, 1, 3, 3][ordered.length] ?? 5;
        const groupOf: number[] = [];
        shuffledIndices(random, ordered.length).forEach((client, place) => {
          groupOf[client] = place % groups;
        });
        const { memory } = await aggregate(uploads, slots, rule, seed);
        const plain = mergeSlots(joined, found.assignment, found.clusters);
        const clusters = [...new Set(found.assignment)].sort((a, b) => a - b);
        expect(memory.weights).toHaveLength(clusters.length);
        for (const [at, cluster] of clusters.entries()) {
          const members = raw.filter((_, slot) => found.assignment[slot] === cluster);
          const literal = literalSlot(rule, members, groupOf);
          const expected = literal ?? {
            vector: rowsIn(plain.vectors)[at],
            weight: plain.weights[at],
            variance: plain.variances[at],
          };
          const tolerance = literal === null ? 1e-300 : 1e-3;
          spoken += literal === null ? 0 : 1;
          expect(largestDifference(rowsIn(memory.vectors)[at], expected.vector)).toBeLessThan(tolerance);
          expect(Math.abs(memory.weights[at] - expected.weight)).toBeLessThan(tolerance);
          expect(Math.abs(memory.variances[at] - expected.variance)).toBeLessThan(10 * tolerance);
        }
      }),
    );
    expect(spoken).toBeGreaterThan(5);
  });

  it('agree with numbers worked out by hand', async () => {
    const uploads = onALine([[1], [2], [4], [6], [90]], [[10], [30], [20], [1e6], [20]]);
    const trimmed = await aggregate(uploads, 1, 'trimmed');
    // Means 2, 4, 6 are kept; 1e6 is cut to 30. Squared distances from 4, plus 1: 10, 5, 1, 5, 7397.
    expect([...trimmed.memory.vectors.data, ...trimmed.memory.weights]).toEqual([4, 110]);
    expect(trimmed.memory.variances[0]).toBeCloseTo((5 + 5 + 10) / 3);
    expect(trimmed).toMatchObject({ weightIn: 1000080, weightAfterRobust: 110 });
    expect(trimmed.limited).toEqual(['client-3', 'client-4']);
    const medians = await aggregate(uploads, 1, 'median-of-means');
    expect([...medians.memory.vectors.data, ...medians.memory.weights]).toEqual([4, 100]);
    expect([...medians.memory.variances]).toEqual([5]);
    expect(medians.limited).toEqual(['client-3', 'client-4']);
  });

  it.each(clusterRules)('leave what only one or two clients make as it is: %s', async (rule) => {
    const shared = [10, 11, 12, 13, 14, 15, 16];
    const uploads = onALine(
      shared.map((place, client) => (client === 5 ? [place, 5000, 5003] : [place])),
      shared.map((_, client) => (client === 5 ? [20, 777, 777] : [20])),
    );
    const { memory, limited } = await aggregate(uploads, 2, rule);
    const own = memory.vectors.data.findIndex((place) => place > 1000);
    expect([memory.vectors.data[own], memory.weights[own], memory.variances[own]]).toEqual([5001.5, 1554, 3.25]); // prettier-ignore
    expect(limited).toEqual([]);
  });

  it('cost a minority that shares a cluster with others', async () => {
    const uploads = onALine([[0], [0], [0], [0], [0], [10], [10]], new Array<number[]>(7).fill([10]));
    const place = async (rule: RobustName) => (await aggregate(uploads, 1, rule)).memory.vectors.data[0];
    expect([await place('none'), await place('trimmed'), await place('median-of-means')]).toEqual([Math.fround(20 / 7), 2, 0]); // prettier-ignore
  });
});
