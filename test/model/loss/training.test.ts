import { afterAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { matrix } from '../../../src/base/tensor.js';
import { bankOfPoints, emptyBank } from '../../../src/memory/memory-bank.js';
import { initialTrainingState } from '../../../src/model/engine/engine.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import { trace } from '../../../src/model/engine/trace.js';
import { generators } from '../../../src/model/generator/generator.js';
import { generatorNamed } from '../../../src/model/generator/own-generator.js';
import { metricLosses } from '../../../src/model/loss/metric-loss.js';
import { replays } from '../../../src/model/loss/replay.js';
import { trainGenerator, type TrainingSettings } from '../../../src/model/loss/training.js';
import { evaluateGraph } from '../../support/reference-engine.js';

const engine = createOnnxEngine();
afterAll(() => engine.dispose());

const settings: TrainingSettings = {
  generator: 'linear',
  loss: 'hypersphere',
  replay: 'global-slots',
  replayShare: 0.5,
  steps: 20,
  batchSize: 32,
  learningRate: 5e-3,
};

function cloud(rows: number, name: string) {
  const random = stream(1, name);
  return matrix(
    rows,
    4,
    Float32Array.from({ length: rows * 4 }, () => random.normal()),
  );
}

describe('hypersphere loss', () => {
  it('is the mean of what near slots lack and of what further ones intrude', () => {
    const distances = [
      [0.2, 0.6, 0.9, 0.5, 0.7, 1],
      [0.1, 0.2, 0.3, 0.4, 0.5, 0.55],
    ];
    const graph = trace([[2, 6]], (ops, [rows]) => [
      metricLosses.hypersphere(ops, { slots: 20, points: rows, memory: rows, nearest: () => rows }),
    ]);
    const relu = (value: number) => Math.max(value, 0);
    const attracted = distances.flatMap((row) => row.slice(0, 3).map((v) => relu(v - 0.5)));
    const repelled = distances.flatMap((row) => row.slice(3).map((v) => relu(0.6 - v)));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [[loss]] = evaluateGraph(graph, [distances.flat()]);
    expect(loss).toBeCloseTo(mean(attracted) + mean(repelled), 6);
  });

  it.each([1, 2, 4])('works with %i slots, on the terms there are', (slots) => {
    const graph = trace([[3, slots]], (ops, [rows]) => [
      metricLosses.hypersphere(ops, {
        slots,
        points: rows,
        memory: rows,
        nearest: (count) => {
          expect(count).toBeLessThanOrEqual(slots);
          return ops.slice(rows, 1, 0, count);
        },
      }),
    ]);
    expect(Number.isFinite(evaluateGraph(graph, [new Float64Array(3 * slots).fill(1)])[0][0])).toBe(true);
  });
});

describe('replay', () => {
  it('draws slots by weight and spreads them by their variance', () => {
    const bank = {
      vectors: matrix(2, 3, Float32Array.of(0, 0, 0, 10, 10, 10)),
      weights: Float64Array.of(1, 3),
      variances: Float64Array.of(0, 4),
    };
    const rows = new Float32Array(3 * 20_000);
    replays['global-slots'](bank, rows, stream(1, 'replay'));
    const second = [...rows].filter((value) => value !== 0);
    expect(second.length / rows.length).toBeCloseTo(0.75, 1.9);
    const mean = second.reduce((sum, value) => sum + value, 0) / second.length;
    const variance = second.reduce((sum, value) => sum + (value - mean) ** 2, 0) / second.length;
    expect(mean).toBeCloseTo(10, 1);
    expect(variance).toBeCloseTo(4, 0.9);
  });
});

describe('local training', () => {
  const points = cloud(300, 'points');
  const input = {
    points,
    local: bankOfPoints(cloud(12, 'local')),
    global: bankOfPoints(cloud(9, 'global')),
    squaredRadius: 1,
  };
  const start = initialTrainingState(generators.linear.initialise(4, stream(1, 'start')));

  it('lowers the loss, from the address of its randomness alone', async () => {
    const first = await trainGenerator(engine, settings, input, start, stream(1, 'training'));
    const again = await trainGenerator(engine, settings, input, start, stream(1, 'training'));
    const other = await trainGenerator(engine, settings, input, start, stream(1, 'elsewhere'));
    const later = await trainGenerator(engine, settings, input, first.state, stream(1, 'training'));
    expect(again).toEqual(first);
    expect(other.state.parameters).not.toEqual(first.state.parameters);
    expect(later.loss!).toBeLessThan(first.loss!);
    expect(later.state.step).toBe(40);
  });

  it.each([{ loss: 'none' }, { generator: 'none' }, { steps: 0 }] as const)(
    'does nothing with %j',
    async (change) => {
      const changed = { ...settings, ...change };
      const state = initialTrainingState(generatorNamed(changed.generator).initialise(4, stream(1, 'start')));
      expect(await trainGenerator(engine, changed, input, state, stream(1, 'training'))).toEqual({
        state,
        loss: null,
      });
    },
  );

  it('trains without a global memory, and with a generator of two layers', async () => {
    const alone = { ...input, global: emptyBank(4) };
    const mlp = initialTrainingState(generators['residual-mlp'].initialise(4, stream(1, 'start')));
    const deep = { ...settings, generator: 'residual-mlp' } as const;
    expect((await trainGenerator(engine, settings, alone, start, stream(1, 'a'))).loss).toBeGreaterThan(0);
    const one = await trainGenerator(engine, deep, alone, mlp, stream(1, 'a'));
    const two = await trainGenerator(engine, deep, alone, one.state, stream(1, 'a'));
    expect(two.loss!).toBeLessThan(one.loss!);
  });
});
