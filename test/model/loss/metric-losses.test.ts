import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { matrix } from '../../../src/base/tensor.js';
import { bankOfPoints } from '../../../src/memory/memory-bank.js';
import { gradientsOf } from '../../../src/model/engine/gradient.js';
import type { Ops, Value } from '../../../src/model/engine/ops.js';
import { trace, tracer } from '../../../src/model/engine/trace.js';
import { metricLosses, type LossInput } from '../../../src/model/loss/metric-loss.js';
import { axisDeviations, withNoise } from '../../../src/model/loss/negatives.js';
import { relativeSecondMoment, spreadPenalty } from '../../../src/model/loss/spread-penalty.js';
import { bankOf } from '../../memory/samples.js';
import { differences, type Loss } from '../../support/central-differences.js';
import { evaluateGraph } from '../../support/reference-engine.js';

const numbers = (count: number, name: string) => {
  const random = stream(1, 'losses', name);
  return Float32Array.from({ length: count }, () => random.normal());
};
const memory = numbers(7 * 3, 'memory');
const batch = numbers(5 * 3, 'batch');
const negatives = numbers(5 * 3, 'negatives');
const radius = 0.8;

/** Sorted squared distances over r², in float64. */
const distancesOf = (rows: ArrayLike<number>) =>
  Array.from({ length: 5 }, (_, row) =>
    Array.from({ length: 7 }, (__, slot) =>
      [0, 1, 2].reduce((sum, axis) => sum + (rows[3 * row + axis] - memory[3 * slot + axis]) ** 2, 0),
    )
      .map((squared) => squared / radius)
      .sort((a, b) => a - b),
  );
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const relu = (value: number) => Math.max(0, value);

/** What a loss is given, over the slots above. */
function inputOf<V extends Value>(ops: Ops<V>, points: V, others: V): LossInput<V> {
  const slots = ops.constant(memory, [7, 3]);
  const all = (rows: V) => {
    const wide = ops.subtract(ops.reshape(rows, [5, 1, 3]), ops.reshape(slots, [1, 7, 3]));
    return ops.divide(ops.sum(ops.square(wide), [2]), radius);
  };
  const nearest = (rows: V) => (count: number) => {
    const { indices } = ops.smallest(ops.stopGradient(all(rows)), count);
    const wide = ops.subtract(ops.reshape(rows, [5, 1, 3]), ops.gatherRows(slots, indices));
    return ops.divide(ops.sum(ops.square(wide), [2]), radius);
  };
  return {
    slots: 7,
    points,
    memory: slots,
    nearest: nearest(points),
    distances: () => all(points),
    negatives: { points: others, nearest: nearest(others) },
  };
}

const expected = {
  hypersphere: () =>
    mean(distancesOf(batch).flatMap((row) => row.slice(0, 3).map((v) => relu(v - 0.5)))) +
    mean(distancesOf(batch).flatMap((row) => row.slice(3, 6).map((v) => relu(0.6 - v)))),
  attract: () => mean(distancesOf(batch).flatMap((row) => row.slice(0, 3).map((v) => relu(v - 0.5)))),
  noise: () =>
    mean(distancesOf(batch).map(([v]) => relu(v - 0.5))) +
    mean(distancesOf(negatives).map(([v]) => relu(2 - v))),
  'info-nce': () =>
    mean(
      distancesOf(batch).map((row) => {
        const total = row.reduce((sum, v) => sum + Math.exp(-v / 0.1), 0);
        return -Math.log(Math.exp(-row[0] / 0.1) / total);
      }),
    ),
};

describe.each(Object.keys(expected) as (keyof typeof expected)[])('the loss %s', (name) => {
  const lossOf: Loss = (ops, [points, others]) => metricLosses[name](ops, inputOf(ops, points, others));

  it('is what its formula says', () => {
    const graph = trace([[5, 3], [5, 3]], (ops, inputs) => [lossOf(ops, inputs)]); // prettier-ignore
    const [[loss]] = evaluateGraph(graph, [batch, negatives]);
    expect(loss).toBeGreaterThan(0.01);
    expect(loss).toBeCloseTo(expected[name](), 5);
  });

  it('has the gradient of central differences in float64', () => {
    const { ops, input } = tracer();
    const inputs = [input(0, [5, 3]), input(1, [5, 3])];
    const outputs = gradientsOf(ops, lossOf(ops, inputs), inputs);
    const gradients = evaluateGraph({ inputs, outputs }, [batch, negatives]);
    const wanted = differences([[5, 3], [5, 3]], lossOf, [batch, negatives]); // prettier-ignore
    expect(Math.hypot(...wanted[0])).toBeGreaterThan(0.01);
    for (const [block, values] of wanted.entries())
      values.forEach((value, index) => expect(gradients[block][index]).toBeCloseTo(value, 5));
  });
});

it('info-nce stays finite at distances whose exponentials do not', () => {
  const far = (ops: Ops, rows: Value): Value =>
    metricLosses['info-nce'](ops, {
      slots: 3,
      points: rows,
      memory: rows,
      nearest: (count) => ops.slice(rows, 1, 0, count),
      distances: () => rows,
    });
  const graph = trace([[2, 3]], (ops, [rows]) => [far(ops as unknown as Ops, rows) as typeof rows]);
  const [[loss]] = evaluateGraph(graph, [[900, 900.1, 2000, 5000, 9000, 9000]]);
  expect(loss).toBeCloseTo((Math.log(1 + Math.exp(-1)) + 0) / 2, 4);
});

it('info-nce stays finite where a product finds slots nearer than differences do', () => {
  const { ops, input } = tracer();
  const products = input(0, [2, 3]);
  const nearest = input(1, [2, 1]);
  const loss = metricLosses['info-nce'](ops, {
    slots: 3,
    points: products,
    memory: products,
    nearest: () => nearest,
    distances: () => products,
  });
  const outputs = [loss, ...gradientsOf(ops, loss, [products, nearest])];
  const numbersOf = (found: number[]) =>
    evaluateGraph({ inputs: [products, nearest], outputs }, [found, [30, 2]]);
  for (const block of numbersOf([5, 40, 900, -40, 2, 3])) expect(block.every(Number.isFinite)).toBe(true);
  // Rounding as it usually is stays as it was.
  const [[usual]] = numbersOf([29.99, 40, 900, 2, 2, 3]);
  expect(usual).toBeCloseTo((0.1 + Math.log(2)) / 2, 3);
});

it('negatives are patches with noise of half their deviation on every axis', () => {
  const rows = 20_000;
  const scales = [0.1, 1, 7];
  const data = numbers(rows * 3, 'patches').map((value, at) => scales[at % 3] * value + at / 1e6);
  const deviations = axisDeviations(matrix(rows, 3, data));
  scales.forEach((scale, axis) => expect(deviations[axis] / scale).toBeCloseTo(1, 1.5));
  const noisy = withNoise(data, deviations, stream(1, 'noise'));
  const noise = matrix(rows, 3, noisy.map((value, at) => value - data[at])); // prettier-ignore
  axisDeviations(noise).forEach((value, axis) => expect(value / scales[axis]).toBeCloseTo(0.5, 1.5));
});

describe('the spread penalty', () => {
  it('is the trace of AᵀCA over that of C', () => {
    const a = numbers(9, 'generator');
    const bank = bankOf([[1, 2, 0], [-1, 0.5, 3]], [3, 1], [0.25, 2]); // prettier-ignore
    const rows = [[1, 2, 0], [-1, 0.5, 3]]; // prettier-ignore
    const c = (i: number, j: number) =>
      (3 * (rows[0][i] * rows[0][j] + (i === j ? 0.25 : 0)) + rows[1][i] * rows[1][j] + (i === j ? 2 : 0)) /
      4;
    const axes = [0, 1, 2];
    const trace3 = axes.reduce((sum, i) => sum + c(i, i), 0);
    let wanted = 0;
    for (const k of axes)
      for (const i of axes) for (const j of axes) wanted += a[3 * i + k] * c(i, j) * a[3 * j + k];
    const graph = trace([[3, 3], [3, 3]], (ops, [generator, moment]) => [spreadPenalty(ops, generator, moment)]); // prettier-ignore
    const [[penalty]] = evaluateGraph(graph, [a, relativeSecondMoment(bank)]);
    expect(penalty).toBeCloseTo(wanted / trace3, 5);
  });

  it('is 1 for the identity, whatever is spread', () => {
    const identity = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const graph = trace([[3, 3], [3, 3]], (ops, [generator, moment]) => [spreadPenalty(ops, generator, moment)]); // prettier-ignore
    const moment = relativeSecondMoment(bankOfPoints(matrix(40, 3, numbers(120, 'points'))));
    expect(evaluateGraph(graph, [identity, moment])[0][0]).toBeCloseTo(1, 6);
  });
});
