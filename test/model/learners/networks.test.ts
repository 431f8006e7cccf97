import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { sizeOf } from '../../../src/model/engine/shapes.js';
import { trace } from '../../../src/model/engine/trace.js';
import { autoencoder } from '../../../src/model/learners/autoencoder.js';
import type { Network } from '../../../src/model/learners/network.js';
import { networks } from '../../../src/model/learners/networks.js';
import { simplenet } from '../../../src/model/learners/simplenet.js';
import { svdd } from '../../../src/model/learners/svdd.js';
import { unitScale } from '../../../src/model/learners/unit-scale.js';
import { evaluateGraph } from '../../support/reference-engine.js';
import { normals, smallRival } from './samples.js';

type Numbers = readonly (readonly number[])[];

/** Scores of rows, in float64. */
function scoresOf(network: Network, parameters: Numbers, constant: readonly number[], rows: Numbers) {
  const dimensions = rows[0].length;
  const shapes = network.parameterShapes(dimensions, smallRival);
  const graph = trace([...shapes, [constant.length], [rows.length, dimensions]], (ops, inputs) => [
    network.score(ops, inputs.slice(0, shapes.length), inputs[shapes.length], inputs[shapes.length + 1]),
  ]);
  return [...evaluateGraph(graph, [...parameters, constant, rows.flat()])[0]];
}

describe.each(Object.entries(networks) as [string, Network][])('%s', (_, network) => {
  it('starts with parameters of its shapes, the same from the same stream', () => {
    const start = () => network.initialise(6, smallRival, stream(1, 'start'));
    expect(start().map((block) => block.length)).toEqual(network.parameterShapes(6, smallRival).map(sizeOf));
    expect(start()).toEqual(start());
  });

  it('scores each patch by itself, one number each', () => {
    const parameters = network
      .parameterShapes(4, smallRival)
      .map((shape, at) => [...normals(shape, 'p', at)]);
    const constant = [...normals([network.constant.length(4, smallRival)], 'constant')].map(Math.abs);
    const rows = [0, 1, 2].map((row) => [...normals([4], 'row', row)]);
    const together = scoresOf(network, parameters, constant, rows);
    expect(together).toHaveLength(3);
    const alone = rows.map((row) => scoresOf(network, parameters, constant, [row])[0]);
    together.forEach((score, at) => expect(score).toBeCloseTo(alone[at], 10));
    expect(new Set(together.map((score) => score.toFixed(6))).size).toBe(3);
  });
});

describe('SimpleNet', () => {
  const rival = { ...smallRival, hidden: 1, noise: 2 };
  /** One dimension: features f = x, the discriminator's verdict leaky(f)·w. */
  const parameters = [[1], [0], [1], [0], [1]];

  it('asks that normal patches stay 0.5 below 0, and the same under noise 0.5 above', () => {
    const graph = trace([[1, 1], [1], [1, 1], [1], [1, 1], [2, 1], [1], [2, 1]], (ops, inputs) => [
      simplenet.loss(
        ops,
        inputs.slice(0, 5),
        { patches: inputs[5], constant: inputs[6], noise: inputs[7] },
        rival,
      ),
    ]);
    const [[loss]] = evaluateGraph(graph, [...parameters, [-5, 1], [1], [3, -0.25]]);
    // Features −5 → −1 (leaky) costs nothing, 1 costs 1.5; under noise −5 + 6 = 1 nothing, 1 − 0.5 = 0.5 nothing.
    expect(loss).toBeCloseTo((0 + 1.5) / 2 + 0, 6);
    const [[missed]] = evaluateGraph(graph, [...parameters, [-5, -5], [1], [0, 2]]);
    // Under noise −5 → −1 costs 1.5, −1 → −0.2 costs 0.7.
    expect(missed).toBeCloseTo((1.5 + 0.7) / 2, 6);
  });

  it('scales patches before the adaptor', () => {
    const [zeros, first] = [new Array<number>(5).fill(0), [1, 0, 0, 0, 0]];
    expect(scoresOf(simplenet, [[1], [0], first, zeros, first], [0.5], [[4]])).toEqual([2]);
  });
});

describe('Deep SVDD', () => {
  it('scores the squared distance to the centre, without any bias', () => {
    // hidden 5 of which two count: relu'd halves of x, put together again.
    const first = [1, -1, 0, 0, 0];
    const second = [1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    // x = 3: hidden (3, −0.6); embedding (3, −0.6); centre (1, 0.4): 4 + 1.
    const [score, origin] = scoresOf(svdd, [first, second], [1, 0.4], [[3], [0]]);
    expect(score).toBeCloseTo(5, 6);
    expect(origin).toBeCloseTo(1 + 0.16, 10);
  });

  it('keeps its centre away from zero, and otherwise as it is', () => {
    const number = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 8);
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (mean) => {
        const square = mean.reduce((sum, value) => sum + value * value, 0) / mean.length;
        const centre = svdd.constant.fromMean(Float64Array.from(mean));
        const least = square > 0 ? 0.1 * Math.sqrt(square) : 0.1;
        centre.forEach((value, at) => {
          expect(Math.abs(value)).toBeGreaterThanOrEqual(Math.fround(least));
          if (Math.abs(mean[at]) >= least) expect(value).toBe(Math.fround(mean[at]));
          else if (mean[at] !== 0) expect(Math.sign(value)).toBe(Math.sign(mean[at]));
        });
      }),
    );
  });
});

describe('the autoencoder', () => {
  it('scores the mean squared error of what it rebuilds', () => {
    // All weights zero: it rebuilds its last bias.
    const shapes = autoencoder.parameterShapes(2, smallRival);
    const parameters = shapes.map((shape) => new Array<number>(sizeOf(shape)).fill(0));
    parameters[7] = [1, 2];
    expect(scoresOf(autoencoder, parameters, [0.5], [[4, 8]])).toEqual([(1 + 4) / 2]);
  });

  it('always has a bottleneck', () => {
    for (const dimensions of [1, 2, 3, 8, 100]) {
      const [, , [, code]] = autoencoder.parameterShapes(dimensions, { ...smallRival, bottleneck: 16 });
      expect(code).toBe(Math.max(1, Math.min(16, Math.floor(dimensions / 2))));
    }
  });
});

describe('the unit scale', () => {
  it('gives patches a root mean square of 1; patches of zeros stay', () => {
    expect([...unitScale.fromMean(Float64Array.of(4))]).toEqual([0.5]);
    expect([...unitScale.fromMean(Float64Array.of(0))]).toEqual([1]);
    const graph = trace([[2, 2]], (ops, [rows]) => [unitScale.measure(ops, [], rows)]);
    expect([...evaluateGraph(graph, [[1, 3, 0, 2]])[0]]).toEqual([5, 2]);
  });
});
