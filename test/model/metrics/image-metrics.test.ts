import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeddymemError } from '../../../src/base/errors.js';
import { auroc } from '../../../src/model/metrics/auroc.js';
import { averagePrecision } from '../../../src/model/metrics/average-precision.js';
import { f1Max } from '../../../src/model/metrics/f1-max.js';
import { sortDescending } from '../../../src/model/metrics/ranking.js';
import { enumeratedAveragePrecision, enumeratedF1, pairCountingAuroc, type Scores } from './oracles.js';

interface Sample {
  scores: Scores;
  labels: Uint8Array;
}

/** Both classes present; a small grid of values, so that many scores tie, or any floats. */
const tiedScore = fc.constantFrom(-2, -0.5, -0, 0, 0.25, 1, 3);
const anyScore = fc.float({ noNaN: true, noDefaultInfinity: true });
const sample = fc
  .tuple(
    fc.oneof(
      fc.array(fc.tuple(tiedScore, fc.nat(1)), { maxLength: 30 }),
      fc.array(fc.tuple(anyScore, fc.nat(1)), { maxLength: 30 }),
    ),
    fc.tuple(tiedScore, tiedScore),
    fc.boolean(),
  )
  .map(([pairs, [defective, normal], single]): Sample => {
    const all = [[defective, 1], ...pairs, [normal, 0]];
    const scores = all.map(([score]) => score);
    return {
      scores: single ? Float32Array.from(scores) : Float64Array.from(scores),
      labels: Uint8Array.from(all, ([, label]) => label),
    };
  });

/** The example of scikit-learn's pages of roc_auc_score and average_precision_score. */
const example: Sample = { scores: Float64Array.of(0.1, 0.4, 0.35, 0.8), labels: Uint8Array.of(0, 0, 1, 1) };

describe('sortDescending', () => {
  it('orders as a stable sort does, over all floats', () => {
    const scores = fc.oneof(
      fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 60 }),
      fc.float64Array({ noNaN: true, noDefaultInfinity: true, maxLength: 60 }),
      fc.array(tiedScore, { maxLength: 60 }).map((values) => Float32Array.from(values)),
    );
    fc.assert(
      fc.property(scores, (values) => {
        const expected = [...values.keys()].sort((a, b) => values[b] - values[a]);
        expect([...sortDescending(values)]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('sorts a view into a larger buffer and leaves it as it was', () => {
    const whole = Float32Array.of(9, 1, 3, 2, -7);
    expect([...sortDescending(whole.subarray(1, 4))]).toEqual([1, 2, 0]);
    expect([...whole]).toEqual([9, 1, 3, 2, -7]);
  });
});

describe('auroc', () => {
  it('equals the count of pairs, ties counting half', () => {
    fc.assert(
      fc.property(sample, ({ scores, labels }) => {
        expect(auroc(scores, labels).value).toBeCloseTo(pairCountingAuroc(scores, labels), 12);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the published value', () => {
    expect(auroc(example.scores, example.labels)).toEqual({ value: 0.75 });
  });

  it('is one minus itself when scores are reversed', () => {
    fc.assert(
      fc.property(sample, ({ scores, labels }) => {
        const reversed = scores.map((score) => -score);
        expect(auroc(reversed, labels).value).toBeCloseTo(1 - auroc(scores, labels).value!, 12);
      }),
    );
  });
});

describe('averagePrecision', () => {
  it('equals the sum over enumerated thresholds', () => {
    fc.assert(
      fc.property(sample, ({ scores, labels }) => {
        const expected = enumeratedAveragePrecision(scores, labels);
        expect(averagePrecision(scores, labels).value).toBeCloseTo(expected, 12);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the published value', () => {
    expect(averagePrecision(example.scores, example.labels).value).toBeCloseTo(5 / 6, 12);
  });
});

describe('f1Max', () => {
  it('equals the best of all enumerated thresholds and names one that reaches it', () => {
    fc.assert(
      fc.property(sample, ({ scores, labels }) => {
        const { value, threshold } = f1Max(scores, labels);
        const all = enumeratedF1(scores, labels);
        expect(value).toBeCloseTo(Math.max(...all.map(({ f1 }) => f1)), 12);
        expect(all.find((one) => one.threshold === threshold)!.f1).toBeCloseTo(value!, 12);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the value worked out by hand', () => {
    // F1 from the highest threshold down: 2/3, 1/2, 4/5, 2/3.
    expect(f1Max(example.scores, example.labels)).toEqual({ value: 0.8, threshold: 0.35 });
  });

  it('prefers the highest of equally good thresholds', () => {
    // 2·1/(1+2) at 4 and 2·2/(4+2) at 1.
    expect(f1Max(Float32Array.of(4, 3, 2, 1), Uint8Array.of(1, 0, 0, 1))).toEqual({
      value: 2 / 3,
      threshold: 4,
    });
  });
});

describe('every image metric', () => {
  const metrics = { auroc, averagePrecision, f1Max };
  const each = Object.entries(metrics);

  it.each(each)('%s is the same after a strictly monotone transform', (_, metric) => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.nat(1)), { maxLength: 40 });
    fc.assert(
      fc.property(pairs, (all) => {
        const scores = Float32Array.from(all, ([score]) => score);
        const labels = Uint8Array.from(all, ([, label]) => label);
        const cubes = scores.map((score) => score ** 3 + score - 5);
        expect(metric(cubes, labels).value).toBe(metric(scores, labels).value);
      }),
    );
  });

  it.each(each)('%s is null with a reason for one class only or nothing', (_, metric) => {
    const scores = Float32Array.of(1, 2);
    expect(metric(scores, Uint8Array.of(0, 0))).toMatchObject({ value: null, reason: 'no defective sample' });
    expect(metric(scores, Uint8Array.of(1, 1))).toMatchObject({ value: null, reason: 'no normal sample' });
    const none = metric(new Float32Array(0), new Uint8Array(0));
    expect(none).toMatchObject({ value: null, reason: 'no samples' });
  });

  it.each(each)('%s refuses scores that are not finite, naming the first', (_, metric) => {
    for (const bad of [NaN, Infinity, -Infinity])
      for (const scores of [Float32Array.of(1, bad, bad), Float64Array.of(1, bad, bad)]) {
        expect(() => metric(scores, Uint8Array.of(0, 1, 1))).toThrow(FeddymemError);
        expect(() => metric(scores, Uint8Array.of(0, 0, 0))).toThrow(`anomaly score 1 is ${bad}`);
      }
  });

  it.each(each)('%s refuses labels of another length', (_, metric) => {
    expect(() => metric(Float32Array.of(1, 2), Uint8Array.of(1))).toThrow(/2 scores with 1 labels/);
  });

  it('has its chance value for constant scores', () => {
    const scores = new Float32Array(7).fill(0.3);
    const labels = Uint8Array.of(0, 1, 0, 0, 1, 1, 0);
    expect(auroc(scores, labels).value).toBe(0.5);
    expect(averagePrecision(scores, labels).value).toBe(3 / 7);
    expect(f1Max(scores, labels)).toEqual({ value: 6 / 10, threshold: scores[0] });
  });

  it('is one for separated classes', () => {
    const scores = Float32Array.of(-3, 5, -1, 4);
    const labels = Uint8Array.of(0, 1, 0, 1);
    expect(auroc(scores, labels).value).toBe(1);
    expect(averagePrecision(scores, labels).value).toBe(1);
    expect(f1Max(scores, labels)).toEqual({ value: 1, threshold: 4 });
  });
});
