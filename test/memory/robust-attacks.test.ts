import { describe, expect, it } from 'vitest';
import { stream } from '../../src/base/random.js';
import { concatenateBanks } from '../../src/memory/memory-bank.js';
import { aggregateBanks, type ClientBank, type RobustName } from '../../src/memory/robust.js';
import { naiveDistances, squaredDistance } from '../support/naive-distances.js';
import { bankOf, rowsIn } from './samples.js';

const clusterRules = ['trimmed', 'median-of-means'] as const;

const aggregate = (uploads: readonly ClientBank[], slots: number, robust: RobustName, seed: number) => {
  const dimensions = uploads[0].bank.vectors.columns;
  return aggregateBanks(uploads, dimensions, slots, 'k-means', robust, stream(seed), naiveDistances);
};

describe('one poisoned client of seven', () => {
  const dimensions = 8;
  const deviation = 1;
  const poisoner = 3;

  /** Seven clients that make four of six products each, far apart; three slots a product, of unit deviation. */
  function federation(seed: number) {
    const random = stream(seed, 'federation');
    const products = Array.from({ length: 6 }, () =>
      Array.from({ length: dimensions }, () => 1000 * random.normal()),
    );
    const uploads = Array.from({ length: 7 }, (_, client) => {
      const made = products.filter((_, product) => (product - client + 6 * 7) % 6 < 4);
      const rows = made.flatMap((product) =>
        Array.from({ length: 3 }, () => product.map((value) => value + deviation * random.normal())),
      );
      const weights = rows.map(() => 50 + random.integer(100));
      return { client: `client-${client}`, bank: bankOf(rows, weights, rows.map(() => deviation ** 2)) }; // prettier-ignore
    });
    return { products, uploads };
  }

  const attacks = {
    /** It claims a million times as many patches. */
    heavy: (place: number, weight: number) => [place, 1e6 * weight],
    /** Its slots lie 100 deviations off, still in the others' clusters. */
    pull: (place: number, weight: number) => [place + (100 * deviation) / Math.sqrt(dimensions), weight],
    /** Its slots lie a thousand times as far out as anybody's. */
    far: (place: number, weight: number) => [1000 * place, weight],
  };

  /** Mean over five federations of what an attack does to the memory of `slots` slots. */
  async function damage(attack: keyof typeof attacks, rule: RobustName, slots: number) {
    const seeds = [0, 1, 2, 3, 4];
    const sum = { moved: 0, shares: 0, length: 0, named: 0, accused: 0 };
    for (const seed of seeds) {
      const { products, uploads } = federation(seed);
      const poisoned = uploads.map(({ client, bank }, index) => {
        if (index !== poisoner) return { client, bank };
        const change = attacks[attack];
        const rows = rowsIn(bank.vectors).map((row) => row.map((place) => change(place, 0)[0]));
        const weights = Array.from(bank.weights, (weight) => change(0, weight)[1]);
        return { client, bank: bankOf(rows, weights, [...bank.variances]) };
      });
      const { memory, limited } = await aggregate(poisoned, slots, rule, seed);
      const distances = (row: number[]) => products.map((product) => squaredDistance(row, product));
      const sharesOf = (rows: number[][], weights: ArrayLike<number>) => {
        const shares = products.map(() => 0);
        rows.forEach((row, slot) => {
          const found = distances(row);
          shares[found.indexOf(Math.min(...found))] += weights[slot];
        });
        return shares.map((weight) => weight / shares.reduce((a, b) => a + b));
      };
      const rows = rowsIn(memory.vectors);
      const honest = concatenateBanks(
        uploads.map(({ bank }) => bank),
        dimensions,
      );
      const [now, fair] = [sharesOf(rows, memory.weights), sharesOf(rowsIn(honest.vectors), honest.weights)];
      const nearest = products.map((product) =>
        Math.sqrt(Math.min(...rows.map((row) => squaredDistance(row, product)))),
      );
      sum.moved += nearest.reduce((a, b) => a + b) / products.length / deviation;
      sum.shares += now.reduce((total, share, at) => total + Math.abs(share - fair[at]), 0) / 2;
      sum.length += Math.sqrt(Math.max(...rows.map((row) => squaredDistance(row, row.map(() => 0))))); // prettier-ignore
      sum.named += limited.includes(`client-${poisoner}`) ? 1 : 0;
      sum.accused += limited.filter((client) => client !== `client-${poisoner}`).length;
    }
    return Object.fromEntries(Object.entries(sum).map(([name, total]) => [name, total / seeds.length]));
  }

  it('weighs too much: norm-clip always helps, cluster rules where clusters are shared', async () => {
    const plain = await damage('heavy', 'none', 6);
    expect(plain.shares).toBeGreaterThan(0.3);
    expect(plain.moved).toBeGreaterThan(100);
    for (const [rule, most] of [
      ['norm-clip', 0.1],
      ['trimmed', 0.05],
      ['median-of-means', 0.25],
    ] as const) {
      const { shares, moved, named, accused } = await damage('heavy', rule, 6);
      expect(shares).toBeLessThan(most);
      expect(moved).toBeLessThan(1);
      expect([named, accused]).toEqual([1, 0]);
    }
    // With many slots, hardly any cluster has three clients in it.
    expect((await damage('heavy', 'norm-clip', 42)).shares).toBeLessThan(0.1);
    for (const rule of clusterRules) expect((await damage('heavy', rule, 42)).shares).toBeGreaterThan(0.3);
  });

  it('pulls at shared clusters: cluster rules help, norm-clip does nothing', async () => {
    const plain = await damage('pull', 'none', 6);
    expect(plain.moved).toBeGreaterThan(10);
    expect(await damage('pull', 'norm-clip', 6)).toEqual(plain);
    for (const rule of clusterRules) {
      const { moved, named, accused } = await damage('pull', rule, 6);
      expect(moved).toBeLessThan(1.3);
      expect(named).toBe(1);
      expect(accused).toBeLessThan(0.5);
    }
  });

  it('goes far out: norm-clip bounds how far, cluster rules find it alone in its clusters', async () => {
    for (const slots of [6, 42]) {
      expect((await damage('far', 'none', slots)).length).toBeGreaterThan(3e6);
      const { length, named, accused } = await damage('far', 'norm-clip', slots);
      expect(length).toBeLessThan(1e4);
      expect([named, accused]).toEqual([1, 0]);
      for (const rule of clusterRules) {
        const result = await damage('far', rule, slots);
        expect(result.length).toBeGreaterThan(3e6);
        expect(result.named).toBe(0);
      }
    }
  });
});
