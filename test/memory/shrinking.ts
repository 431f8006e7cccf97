import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stream } from '../../src/base/random.js';
import { emptyBank, selectSlots, totalWeight, validateBank } from '../../src/memory/memory-bank.js';
import type { MemoryReduce } from '../../src/memory/memory-reduce.js';
import { naiveDistances } from '../support/naive-distances.js';
import { bankOf, blobs, largestDifference, memoryBanks, momentsOf, rowsIn } from './samples.js';

/** What a method that makes fewer slots of many may differ in. */
export interface ShrinkingTraits {
  /** It returns every slot, whatever the limit. */
  readonly keepsAll?: boolean;
  /** Its vectors are no weighted means: of the patches it keeps the number alone. */
  readonly keepsNumberAlone?: boolean;
  /** Chance decides which places are kept. */
  readonly leftToChance?: boolean;
}

/** Of those that come along, by name. */
export const shrinkingTraits: Readonly<Record<string, ShrinkingTraits>> = {
  none: { keepsAll: true },
  concat: { keepsAll: true },
  'uniform-mean': { keepsNumberAlone: true },
  soft: { keepsNumberAlone: true, leftToChance: true },
  random: { keepsNumberAlone: true, leftToChance: true },
  coreset: { keepsNumberAlone: true },
};

/** The promises of every memory-reduce and of every aggregation: they have one signature. */
export function conformsToShrinking(shrink: MemoryReduce, traits: ShrinkingTraits = {}): void {
  const { keepsAll = false, keepsNumberAlone = false, leftToChance = false } = traits;
  const run = (bank: Parameters<MemoryReduce>[0], slots: number, seed: number) =>
    shrink(bank, slots, stream(seed, 'shrink'), naiveDistances);
  const given = [memoryBanks(), fc.integer({ min: 1, max: 12 }), fc.nat()] as const;
  const asText = (bank: Parameters<MemoryReduce>[0]) =>
    rowsIn(bank.vectors).map((row, slot) => [row, bank.weights[slot], bank.variances[slot]].join());

  it('keeps the weight, mean and variance of all patches, in valid slots no more than asked for', async () => {
    await fc.assert(
      fc.asyncProperty(...given, async (bank, slots, seed) => {
        const result = await run(bank, slots, seed);
        validateBank(result, bank.vectors.columns, 'result');
        const limit = keepsAll ? Infinity : slots;
        expect(result.weights.length).toBeLessThanOrEqual(Math.min(limit, bank.weights.length));
        expect(Math.abs(totalWeight(result) - totalWeight(bank))).toBeLessThan(
          1e-9 * (1 + totalWeight(bank)),
        );
        if (bank.weights.length === 0 || keepsNumberAlone) return;
        const [before, after] = [momentsOf(bank), momentsOf(result)];
        expect(largestDifference(after.mean, before.mean)).toBeLessThan(1e-5);
        expect(Math.abs(after.variance - before.variance)).toBeLessThan(1e-4);
      }),
    );
  });

  it('gives the same bits again and leaves its input alone', async () => {
    await fc.assert(
      fc.asyncProperty(...given, async (bank, slots, seed) => {
        const before = structuredClone(bank);
        const first = await run(bank, slots, seed);
        expect(await run(bank, slots, seed)).toEqual(first);
        expect(bank).toEqual(before);
      }),
    );
  });

  it('returns the slots themselves, whatever their order, where they all fit', async () => {
    await fc.assert(
      fc.asyncProperty(memoryBanks(), fc.nat(3), fc.nat(), async (bank, spare, seed) => {
        const reversed = selectSlots(bank, [...bank.weights.keys()].reverse());
        for (const order of [bank, reversed]) {
          const result = await run(order, bank.weights.length + spare, seed);
          expect(asText(result).sort()).toEqual(asText(bank).sort());
        }
      }),
    );
    expect(await run(emptyBank(3), 5, 1)).toEqual(emptyBank(3));
  });

  it.skipIf(leftToChance)('finds the same far groups in any order of the slots', async () => {
    const places = [[0, 0, 0], [1000, 0, 0], [0, 1000, 0], [700, 700, 900]]; // prettier-ignore
    const random = stream(9, 'groups');
    const rows = rowsIn(blobs(places, 6, 0.1, random));
    const bank = bankOf(
      rows,
      rows.map(() => 5 + random.integer(50)),
    );
    for (let seed = 0; seed < 8; seed++) {
      const order = [...bank.weights.keys()].map((slot) => (slot * 7 + seed) % 24);
      const result = await run(selectSlots(bank, order), 4, seed);
      if (keepsAll) {
        expect(asText(result).sort()).toEqual(asText(bank).sort());
        continue;
      }
      const centres = rowsIn(result.vectors);
      for (const [group, place] of places.entries()) {
        const found = centres.findIndex((row) => largestDifference(row, place) < 1);
        const members = bank.weights.subarray(6 * group, 6 * group + 6);
        expect(result.weights[found]).toBeCloseTo(members.reduce((sum, weight) => sum + weight));
      }
    }
  });

  it('copes with fewer distinct slots than it may keep', async () => {
    for (const distinct of [1, 2, 3]) {
      const rows = Array.from({ length: 12 }, (_, slot) => [slot % distinct, 5]);
      const bank = bankOf(rows, new Array<number>(12).fill(7));
      const result = await run(bank, 6, distinct);
      validateBank(result, 2, 'result');
      expect(totalWeight(result)).toBeCloseTo(84, 9);
      if (leftToChance) continue;
      expect(new Set(rowsIn(result.vectors).map((row) => row.join())).size).toBe(distinct);
    }
  });
}
