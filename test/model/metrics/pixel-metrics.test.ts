import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeddymemError } from '../../../src/base/errors.js';
import { stream } from '../../../src/base/random.js';
import { aupro } from '../../../src/model/metrics/aupro.js';
import { pixelMetrics } from '../../../src/model/metrics/pixel-metrics.js';
import { pairCountingAuroc, thresholdedAupro } from './oracles.js';

interface TestSet {
  maps: Float32Array[];
  masks: (Uint8Array | null)[];
  width: number;
  height: number;
}

/** Small seeded test sets: a good image and some with scattered defects; with few levels, most pixels tie. */
const testSet = fc
  .record({
    seed: fc.nat(),
    width: fc.integer({ min: 2, max: 7 }),
    height: fc.integer({ min: 2, max: 7 }),
    images: fc.integer({ min: 1, max: 3 }),
    levels: fc.constantFrom(2, 5, 1000),
    density: fc.constantFrom(0.1, 0.4),
  })
  .map(({ seed, width, height, images, levels, density }): TestSet => {
    const random = stream(seed, 'pixels');
    const size = width * height;
    const masks: (Uint8Array | null)[] = [null];
    for (let image = 0; image < images; image++)
      masks.push(Uint8Array.from({ length: size }, () => (random.uniform() < density ? 255 : 0)));
    masks[1]![0] = 1;
    const maps = masks.map((mask) =>
      Float32Array.from({ length: size }, (_, pixel) => {
        const defective = mask?.[pixel] ? 1 : 0;
        return random.integer(levels) / levels + defective * random.integer(2);
      }),
    );
    return { maps, masks, width, height };
  });

function ofSet(set: TestSet) {
  return pixelMetrics(set.maps, set.masks, set.width, set.height);
}

describe('pixelMetrics', () => {
  it('equals the literal metrics over all thresholds', () => {
    fc.assert(
      fc.property(testSet, (set) => {
        const { maps, masks, width, height } = set;
        const scores = Float32Array.from(maps.flatMap((map) => [...map]));
        const labels = Uint8Array.from(
          masks.flatMap((mask) => [...(mask ?? new Uint8Array(width * height))]),
        );
        const { pixelAuroc, aupro: value } = ofSet(set);
        expect(pixelAuroc.value).toBeCloseTo(pairCountingAuroc(scores, labels), 12);
        expect(value.value).toBeCloseTo(thresholdedAupro(maps, masks, width, height), 12);
        expect(aupro(maps, masks, width, height)).toEqual(value);
      }),
      { numRuns: 150 },
    );
  });

  it('is the same after a strictly monotone transform', () => {
    fc.assert(
      fc.property(testSet, (set) => {
        const maps = set.maps.map((map) => map.map((score) => 16 * score - 3));
        expect(ofSet({ ...set, maps })).toEqual(ofSet(set));
      }),
    );
  });

  it('counts an all-zero mask as no mask', () => {
    fc.assert(
      fc.property(testSet, (set) => {
        const masks = set.masks.map((mask) => mask ?? new Uint8Array(set.width * set.height));
        expect(ofSet({ ...set, masks })).toEqual(ofSet(set));
      }),
    );
  });

  it('is null with a reason without a defective pixel, without a normal one and without any', () => {
    const maps = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
    const both = (reason: string) => ({
      pixelAuroc: { value: null, reason },
      aupro: { value: null, reason },
    });
    expect(pixelMetrics(maps, [null, new Uint8Array(2)], 2, 1)).toEqual(both('no defective pixel'));
    const full = Uint8Array.of(1, 1);
    expect(pixelMetrics(maps, [full, full], 2, 1)).toEqual(both('no normal pixel'));
    expect(pixelMetrics([], [], 2, 1)).toEqual(both('no pixels'));
  });

  it('refuses scores that are not finite, naming the map and the pixel', () => {
    const maps = [Float32Array.of(1, 2), Float32Array.of(3, NaN)];
    const compute = () => pixelMetrics(maps, [null, null], 2, 1);
    expect(compute).toThrow(FeddymemError);
    expect(compute).toThrow('anomaly score of map 1, pixel 1 is NaN');
  });

  it('refuses maps and masks that do not fit', () => {
    const map = Float32Array.of(1, 2);
    expect(() => pixelMetrics([map], [], 2, 1)).toThrow(/1 anomaly maps with 0 masks/);
    expect(() => pixelMetrics([map], [null], 3, 1)).toThrow(/map 0 has 2 pixels for 3×1/);
    expect(() => pixelMetrics([map], [new Uint8Array(3)], 2, 1)).toThrow(/mask of 3 pixels for 2×1/);
  });
});

describe('aupro', () => {
  // One row: region A of one pixel, region B of two, ten normal pixels.
  const mask = Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const hand = (...scores: number[]) => aupro([Float32Array.from(scores)], [mask], 13, 1).value;

  it('gives the area worked out by hand', () => {
    // (0, ½) by A, (0.1, ½) by one normal, up to ¾ by half of B, flat to (0.5, ¾): (0.1·½ + 0.2·¾) / 0.3.
    expect(hand(9, 8, 7, 1, 6, 6, 6, 6, 0, 0, 0, 0, 0)).toBeCloseTo(2 / 3, 12);
  });

  it('interpolates between the thresholds around the limit', () => {
    // The rest of B ties with four normals: from (0.1, ¾) to (0.5, 1), so 0.875 at the limit.
    expect(hand(9, 8, 7, 6, 6, 6, 6, 6, 0, 0, 0, 0, 0)).toBeCloseTo((0.05 + 0.1625) / 0.3, 12);
  });

  it('takes a threshold exactly at the limit whole, and nothing beyond it', () => {
    expect(hand(9, 8, 5, 5, 8, 8, 1, 1, 1, 1, 1, 1, 1)).toBeCloseTo(0.5, 12);
  });

  it('is one for perfect maps and 0.15 for constant ones', () => {
    expect(hand(...mask)).toBeCloseTo(1, 12);
    expect(hand(...mask.map(() => 4))).toBeCloseTo(0.15, 12);
  });
});
