import { afterAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { matrix, rowOf } from '../../../src/base/tensor.js';
import { bankOfPoints, emptyBank } from '../../../src/memory/memory-bank.js';
import { initialTrainingState } from '../../../src/model/engine/engine.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import { trace } from '../../../src/model/engine/trace.js';
import { generators } from '../../../src/model/generator/generator.js';
import { generatorNamed } from '../../../src/model/generator/own-generator.js';
import { metricLosses } from '../../../src/model/loss/metric-loss.js';
import { replays } from '../../../src/model/loss/replay.js';
import { relativeSecondMoment, spreadPenalty } from '../../../src/model/loss/spread-penalty.js';
import {
  trainGenerator,
  type TrainingInput,
  type TrainingSettings,
} from '../../../src/model/loss/training.js';
import { bankOf, rowsIn } from '../../memory/samples.js';
import { naiveDistances, squaredDistance } from '../../support/naive-distances.js';
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
      metricLosses.hypersphere(ops, {
        slots: 20,
        points: rows,
        memory: rows,
        nearest: () => rows,
        distances: () => rows,
      }),
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
        distances: () => rows,
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
    replays['global-slots'].fill(bank, rows, stream(1, 'replay'));
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
        local: input.local,
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

describe('training that is not the default', () => {
  const points = cloud(200, 'points');
  const input = {
    points,
    local: bankOfPoints(cloud(12, 'local')),
    global: bankOfPoints(cloud(9, 'global')),
    squaredRadius: 0.5,
  };
  const start = initialTrainingState(generators.linear.initialise(4, stream(1, 'start')));
  const run = (change: Partial<TrainingSettings>, given: Partial<TrainingInput> = {}, from = start) =>
    trainGenerator(engine, { ...settings, ...change }, { ...input, ...given }, from, stream(1, 'training'));

  it.each([{ loss: 'noise' }, { loss: 'info-nce' }, { replay: 'others-slots' }] as const)(
    'goes down with %j, from the address of its randomness alone',
    async (change) => {
      const first = await run(change);
      expect(await run(change)).toEqual(first);
      expect((await run(change, {}, first.state)).loss!).toBeLessThan(first.loss!);
    },
  );

  it('holds slots that are embeddings still, and pulls patches to global ones', async () => {
    const one = { loss: 'attract', steps: 1, replay: 'none' } as const;
    const [shared, plain] = [await run(one), await run(one, { global: emptyBank(4), embeddedSlots: true })];
    const pulled = await run(one, { embeddedSlots: true });
    // At the identity, slots are their own embeddings: what remains is 0.3 of the pull.
    const drawn = stream(1, 'training');
    const rows = Array.from({ length: 32 }, () => rowOf(points, drawn.integer(200)));
    const nearest = rows.map((row) =>
      Math.min(...rowsIn(input.global.vectors).map((slot) => squaredDistance(row, slot))),
    );
    const pull = nearest.reduce((sum, value) => sum + value, 0) / 32 / 0.5;
    expect(pulled.loss! - shared.loss!).toBeCloseTo(0.3 * pull, 4);
    expect(plain.loss).not.toBeCloseTo(shared.loss!, 3);
    // Nothing is replayed where slots are no patches.
    expect(await run({ ...one, replay: 'global-slots' }, { embeddedSlots: true })).toEqual(pulled);
  });

  it('lets the bank follow every step, and trains against it where it is by then', async () => {
    const seen: number[] = [];
    const far = bankOfPoints(matrix(12, 4, new Float32Array(48).fill(9)));
    const outcome = await run(
      { steps: 3 },
      {
        follow(bank, patches) {
          seen.push(patches.rows, bank.vectors.data[0]);
          return Promise.resolve(far);
        },
      },
    );
    expect(seen).toEqual([16, input.local.vectors.data[0], 16, 9, 16, 9]);
    expect(outcome.local).toBe(far);
    expect(outcome.state.parameters).not.toEqual((await run({ steps: 3 })).state.parameters);
  });

  it('pays for spread: with a penalty, the generator shrinks what is normal', async () => {
    const moment = relativeSecondMoment(input.global);
    const spread = ({ state }: Awaited<ReturnType<typeof run>>) => {
      const graph = trace([[4, 4], [4, 4]], (ops, [a, c]) => [spreadPenalty(ops, a, c)]); // prettier-ignore
      return evaluateGraph(graph, [state.parameters[0], moment])[0][0];
    };
    const [free, paid] = [await run({}), await run({ spreadPenalty: 50 })];
    expect(spread(paid)).toBeLessThan(spread(free));
    expect(await run({ spreadPenalty: 0 })).toEqual(free);
    const deep = { ...settings, generator: 'residual-mlp' } as const;
    const mlp = initialTrainingState(generators['residual-mlp'].initialise(4, stream(1, 'start')));
    expect(await run({ ...deep, spreadPenalty: 5 }, {}, mlp)).toEqual(await run(deep, {}, mlp));
  });
});

describe('replay of others’ slots', () => {
  it('takes the weight of the own bank off the nearest global slots', async () => {
    const global = bankOf([[0], [10], [20]], [30, 20, 7]);
    const own = bankOf([[1], [2], [11]], [4, 6, 50]);
    const slots = await replays['others-slots'].slots(global, own, naiveDistances);
    expect([...slots!.weights]).toEqual([20, 0, 7]);
    expect(slots!.vectors).toBe(global.vectors);
    expect([...global.weights]).toEqual([30, 20, 7]);
    const rows = new Float32Array(3000);
    replays['others-slots'].fill(slots!, rows, stream(1, 'replay'));
    expect(new Set(rows)).toEqual(new Set([0, 20]));
  });

  it('has nothing to draw where the client brought everything', async () => {
    const bank = bankOf([[0], [10]], [30, 20]);
    expect(await replays['others-slots'].slots(bank, bank, naiveDistances)).toBeNull();
  });
});
