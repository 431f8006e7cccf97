import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyBank, selectSlots } from '../../src/memory/memory-bank.js';
import { memoryDrift } from '../../src/memory/drift.js';
import { bankOf, memoryBanks } from './samples.js';

it('is the weighted root mean squared distance to the nearest slots before', () => {
  const before = bankOf([[0, 0], [10, 0]], [1, 1]); // prettier-ignore
  const after = bankOf([[3, 4], [10, 1], [0, 0]], [1, 2, 1]); // prettier-ignore
  expect(memoryDrift(before, after)).toBeCloseTo(Math.sqrt((25 + 2 * 1 + 0) / 4), 12);
});

it('is 0 for the same slots in any order, and nothing where there is no slot', () => {
  fc.assert(
    fc.property(memoryBanks(1), (bank) => {
      expect(memoryDrift(bank, selectSlots(bank, [...bank.weights.keys()].reverse()))).toBe(0);
    }),
  );
  expect(memoryDrift(emptyBank(2), bankOf([[1, 2]], [1]))).toBeNull();
});
