import { describe, expect, it } from 'vitest';
import { stream } from '../../src/base/random.js';
import { memoryReducers, type MemoryReduceName } from '../../src/memory/memory-reduce.js';
import { naiveDistances } from '../support/naive-distances.js';
import { bankOf, rowsIn } from './samples.js';
import { conformsToShrinking } from './shrinking.js';

const names = Object.keys(memoryReducers) as MemoryReduceName[];

describe.each(names)('memory-reduce %s', (name) => {
  conformsToShrinking(memoryReducers[name], { keepsAll: name === 'none' });
});

describe('memory-reduce weighted-average', () => {
  it('averages the slots of a cluster by their weights', async () => {
    const bank = bankOf([[0], [10_000], [2], [10_004]], [30, 10, 10, 30], [1, 2, 1, 2]);
    const reduced = await memoryReducers['weighted-average'](bank, 2, stream(1), naiveDistances);
    const order = rowsIn(reduced.vectors)[0][0] < 5000 ? [0, 1] : [1, 0];
    expect(order.map((slot) => reduced.vectors.data[slot])).toEqual([0.5, 10_003]);
    // 30·10/40² · (distance between the two)²
    expect(order.map((slot) => reduced.variances[slot])).toEqual([
      1 + (300 / 1600) * 4,
      2 + (300 / 1600) * 16,
    ]);
    expect([...reduced.weights]).toEqual([40, 40]);
  });

  it('gives heavy slots a centre each before light ones that lie farther apart', async () => {
    const bank = bankOf([[0], [1], [20], [24]], [1e6, 1e6, 1, 1]);
    const reduced = await memoryReducers['weighted-average'](bank, 2, stream(3), naiveDistances);
    expect(Math.max(...reduced.weights)).toBeLessThan(1.1e6);
  });
});
