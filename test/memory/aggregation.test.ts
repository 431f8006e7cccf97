import { describe, expect, it } from 'vitest';
import { stream } from '../../src/base/random.js';
import { aggregations, type AggregationName } from '../../src/memory/aggregation.js';
import { naiveDistances } from '../support/naive-distances.js';
import { bankOf, blobs, momentsOf, rowsIn } from './samples.js';
import { conformsToShrinking, shrinkingTraits } from './shrinking.js';

const names = Object.keys(aggregations) as AggregationName[];

describe.each(names)('aggregation %s', (name) => {
  conformsToShrinking(aggregations[name], shrinkingTraits[name]);
});

describe('aggregation k-means', () => {
  it('lets weights decide, which ml-kmeans cannot', async () => {
    // One heavy client's slots lie close together, a light one's far apart: two centres serve the heavy one.
    const bank = bankOf([[0], [1], [20], [24]], [1e6, 1e6, 1, 1]);
    const places: Record<string, number> = {};
    for (const name of ['k-means', 'ml-kmeans'] as const) {
      const result = await aggregations[name](bank, 2, stream(3), naiveDistances);
      places[name] = Math.max(...result.weights);
    }
    expect(places['k-means']).toBeLessThan(1.1e6);
    expect(places['ml-kmeans']).toBe(2e6);
  });

  it('spreads its slots as well as ml-kmeans where all weights are equal', async () => {
    const random = stream(17, 'spread');
    const places = Array.from({ length: 8 }, () => [3 * random.normal(), 3 * random.normal()]);
    const vectors = blobs(places, 25, 1, random);
    const uploads = bankOf(rowsIn(vectors), new Array<number>(200).fill(10));
    const within = async (name: AggregationName) => {
      let sum = 0;
      for (let seed = 0; seed < 10; seed++) {
        const result = await aggregations[name](uploads, 24, stream(seed), naiveDistances);
        sum += result.variances.reduce((total, value, slot) => total + result.weights[slot] * value, 0);
      }
      return sum;
    };
    const [ours, theirs] = [await within('k-means'), await within('ml-kmeans')];
    expect(ours).toBeLessThan(1.1 * theirs);
    expect(ours).toBeLessThan(0.2 * 10 * 2000 * momentsOf(uploads).variance);
  });
});
