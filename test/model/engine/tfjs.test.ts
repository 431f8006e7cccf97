import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { matrix } from '../../../src/base/tensor.js';
import { bankOfPoints } from '../../../src/memory/memory-bank.js';
import { initialTrainingState, type Engine } from '../../../src/model/engine/engine.js';
import { defaultAdam } from '../../../src/model/engine/optimiser.js';
import { createEngine } from '../../../src/model/engine/registry.js';
import { selectionByKernels, selectionInView } from '../../../src/model/engine/tfjs/selection.js';
import { createWasmEngine } from '../../../src/model/engine/tfjs/wasm.js';
import { generators } from '../../../src/model/generator/generator.js';
import { trainGenerator, type TrainingSettings } from '../../../src/model/loss/training.js';
import { engines } from './engines.js';

const onTfjs = engines.filter(([name]) => name !== 'onnx');

function numbers(rows: number, columns: number, name: string) {
  const random = stream(1, name);
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
}

describe.each(onTfjs)('tfjs engine %s', (_, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  it('leaves no tensor behind in 1,000 training steps, and none at all once disposed of', async () => {
    const before = tf.memory();
    const own = await create();
    const step = own.compileTraining('flat', {
      parameters: [[4, 3], [3]],
      inputs: [[8, 4]],
      optimiser: defaultAdam,
      loss(ops, [weight, bias], [x]) {
        const hidden = ops.relu(ops.add(ops.matmul(x, weight), bias));
        const { indices } = ops.smallest(ops.stopGradient(hidden), 2);
        const near = ops.sum(ops.gatherRows(ops.stopGradient(x), indices), [1, 2]);
        return ops.mean(ops.multiply(ops.sum(hidden, [1]), near));
      },
    });
    const input = [numbers(8, 4, 'input').data];
    let { state } = await step.run(
      initialTrainingState([numbers(4, 3, 'weight').data, new Float32Array(3)]),
      input,
    );
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    for (let count = 1; count < 1000; count++) state = (await step.run(state, input)).state;
    expect(state.step).toBe(1000);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes, numDataBuffers });
    await own.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });

  it('lets go of the constants of programs that were not used for long', async () => {
    const { numTensors } = tf.memory();
    const own = await create();
    const weights = numbers(3, 3, 'weights').data;
    for (let size = 3; size < 63; size++) {
      const program = own.compile('grow', [[1, 1, size, size]], (ops, [image]) => [
        ops.convolve(image, ops.constant(weights, [1, 1, 3, 3]), null, { stride: 1, padding: 0 }),
      ]);
      await program.run([new Float32Array(size * size)]);
    }
    // The filter, and the filter as the kernel wants it.
    expect(tf.memory().numTensors - numTensors).toBeLessThanOrEqual(2 * 48);
    await own.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('sends constants to the device once, and computes the same with them', async () => {
    let asked = 0;
    const program = engine.compile('constants', [[1, 1, 4, 4]], (ops, [image]) => {
      asked++;
      const weights = ops.constant(numbers(3, 3, 'weights').data, [1, 1, 3, 3]);
      return [ops.multiply(ops.convolve(image, weights, null, { stride: 1, padding: 1 }), 2)];
    });
    const image = numbers(4, 4, 'image').data;
    const first = await program.run([image]);
    const { numTensors } = tf.memory();
    expect(await program.run([image])).toEqual(first);
    expect(asked).toBe(2);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('gives outputs that are the caller’s own, and takes shared memory', async () => {
    const program = engine.compile('same', [[2, 2]], (ops, [a]) => [a, ops.reshape(a, [4])]);
    const input = new Float32Array(new SharedArrayBuffer(16));
    input.set([1, 2, 3, 4]);
    const [first, second] = await program.run([input]);
    first[0] = 9;
    input[1] = 9;
    expect([...second]).toEqual([1, 2, 3, 4]);
    expect([...first]).toEqual([9, 2, 3, 4]);
  });

  it('goes on after a definition that fails, and leaves no tensor of it', async () => {
    const { numTensors } = tf.memory();
    const broken = engine.compile('broken', [[2, 3]], (ops, [a]) => [ops.matmul(ops.relu(a), a)]);
    await expect(broken.run([new Float32Array(6)])).rejects.toThrow('inner shapes');
    expect(tf.memory().numTensors).toBe(numTensors);
    const sound = engine.compile('sound', [[1]], (ops, [a]) => [ops.add(a, a)]);
    expect([...(await sound.run([Float32Array.of(2)]))[0]]).toEqual([4]);
  });

  it('refuses a loss that is no scalar', async () => {
    const step = engine.compileTraining('vector', {
      parameters: [[2]],
      inputs: [],
      optimiser: defaultAdam,
      loss: (ops, [a]) => ops.square(a),
    });
    await expect(step.run(initialTrainingState([new Float32Array(2)]), [])).rejects.toThrow('scalar');
  });

  it('selects like a sort, with many ties', async () => {
    const random = stream(5, 'ties');
    const rows = Float32Array.from({ length: 40 * 300 }, () => random.integer(25));
    const program = engine.compile('ties', [[40, 300]], (ops, [a]) => {
      const { values, indices } = ops.smallest(a, 60);
      return [values, indices];
    });
    const [values, indices] = await program.run([rows]);
    for (let row = 0; row < 40; row++) {
      const sorted = Array.from(rows.subarray(row * 300, (row + 1) * 300), (value, index) => ({
        value,
        index,
      }))
        .sort((a, b) => a.value - b.value || a.index - b.index)
        .slice(0, 60);
      expect([...indices.subarray(row * 60, (row + 1) * 60)]).toEqual(sorted.map(({ index }) => index));
      expect([...values.subarray(row * 60, (row + 1) * 60)]).toEqual(sorted.map(({ value }) => value));
    }
  });
});

describe('FedDyMem’s training on tfjs against onnx', () => {
  const settings: TrainingSettings = {
    generator: 'residual-mlp',
    loss: 'hypersphere',
    replay: 'global-slots',
    replayShare: 0.5,
    steps: 50,
    batchSize: 32,
    learningRate: 1e-3,
  };
  const input = {
    points: numbers(300, 16, 'points'),
    local: bankOfPoints(numbers(12, 16, 'local')),
    global: bankOfPoints(numbers(9, 16, 'global')),
    squaredRadius: 20,
  };

  async function train(engine: Engine, generator: 'linear' | 'residual-mlp', steps: number) {
    const losses: number[] = [];
    const listening: Engine = {
      ...engine,
      compileTraining(key, definition) {
        const step = engine.compileTraining(key, definition);
        return {
          async run(state, inputs) {
            const result = await step.run(state, inputs);
            losses.push(result.loss);
            return result;
          },
        };
      },
    };
    const start = initialTrainingState(generators[generator].initialise(16, stream(1, 'start')));
    const random = stream(1, 'training');
    const { state } = await trainGenerator(
      listening,
      { ...settings, generator, steps },
      input,
      start,
      random,
    );
    return { state, losses };
  }

  const length = (values: readonly number[]) => Math.hypot(...values);

  it.each(
    onTfjs.flatMap(([name, create]) =>
      (['linear', 'residual-mlp'] as const).map((g) => [g, name, create] as const),
    ),
  )('%s by %s: one step to 1e-4, 50 steps’ losses to 1e-3', async (generator, _, create) => {
    const [engine, onnx] = [await create(), await createEngine('onnx')];
    const one = await train(engine, generator, 1);
    const expected = await train(onnx, generator, 1);
    const blocks = ['parameters', 'firstMoments', 'secondMoments'] as const;
    for (const block of blocks) {
      const [ours, theirs] = [one, expected].map(({ state }) =>
        state[block].flatMap((values) => [...values]),
      );
      const error = ours.map((value, at) => value - theirs[at]);
      expect(length(theirs)).toBeGreaterThan(0);
      expect(length(error) / length(theirs)).toBeLessThan(1e-4);
    }
    const { losses } = await train(engine, generator, 50);
    const { losses: theirs } = await train(onnx, generator, 50);
    losses.forEach((loss, step) => expect(Math.abs(loss - theirs[step])).toBeLessThan(1e-3));
    expect(losses.at(-1)!).toBeLessThan(losses[0]);
    await Promise.all([engine.dispose(), onnx.dispose()]);
  });
});

describe('engines of several backends in one thread', () => {
  it('take turns and do not disturb each other', async () => {
    const all = await Promise.all(engines.map(([, create]) => create()));
    const programs = all.map((engine) =>
      engine.compile(
        'product',
        [
          [3, 4],
          [4, 3],
        ],
        (ops, [a, b]) => [ops.matmul(a, b)],
      ),
    );
    const inputs = Array.from({ length: 20 }, (_, at) => [
      numbers(3, 4, `a${at}`).data,
      numbers(4, 3, `b${at}`).data,
    ]);
    const results = await Promise.all(
      inputs.flatMap((blocks) => programs.map((program) => program.run(blocks))),
    );
    for (let at = 0; at < results.length; at += 3) {
      const [onnx, ...others] = results.slice(at, at + 3);
      for (const [product] of others) {
        product.forEach((value, index) => expect(value).toBeCloseTo(onnx[0][index], 5));
      }
    }
    await Promise.all(all.map((engine) => engine.dispose()));
  });
});

describe('engine wasm', () => {
  it('says what it is, counts its time, and asks before every run', async () => {
    let stop = false;
    const engine = await createWasmEngine(() => {
      if (stop) throw new Error('interrupted');
    });
    expect(engine).toMatchObject({ name: 'wasm', device: 'cpu' });
    expect(engine.version).toMatch(/^tfjs-core 4\.\d+\.\d+ tfjs-backend-wasm 4\.\d+\.\d+ simd$/);
    const program = engine.compile('add', [[2]], (ops, [a]) => [ops.add(a, 1)]);
    await program.run([new Float32Array(2)]);
    expect(engine.busyMilliseconds()).toBeGreaterThan(0);
    stop = true;
    await expect(program.run([new Float32Array(2)])).rejects.toThrow('interrupted');
  });

  it('leaves the process’s error listeners as they were', async () => {
    const own = () => undefined;
    process.on('uncaughtException', own);
    await createWasmEngine();
    const texts = ['uncaughtException', 'unhandledRejection'].flatMap((event) =>
      process.listeners(event as 'exit').map(String),
    );
    expect(process.listeners('uncaughtException')).toContain(own);
    process.off('uncaughtException', own);
    expect(texts.filter((text) => /ExitStatus|throw reason/.test(text))).toEqual([]);
  });

  it('multiplies transposed matrices as if they had been transposed before, to the bit', async () => {
    await createWasmEngine();
    await tf.setBackend('wasm');
    const { numTensors, numDataBuffers } = tf.memory();
    const backend = tf.backend() as tf.KernelBackend;
    const blocks = backend.numDataIds();
    tf.tidy(() => {
      // Longer than the 48 numbers that the slow product adds up at a time.
      const a = tf.tensor(numbers(5, 200, 'a').data, [200, 5]);
      const b = tf.tensor(numbers(7, 200, 'b').data, [7, 200]);
      const product = tf.matMul(a, b, true, true).dataSync();
      expect(product).toEqual(tf.matMul(tf.transpose(a), tf.transpose(b)).dataSync());
    });
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
    expect(backend.numDataIds()).toBe(blocks);
  });

  it('selects alike in JavaScript and by the backend’s own kernels', async () => {
    await createWasmEngine();
    await tf.setBackend('wasm');
    tf.tidy(() => {
      const rows = tf.tensor(numbers(9, 50, 'rows').data, [3, 3, 50]);
      const inView = selectionInView((tensor) => tensor.dataSync<'float32' | 'int32'>());
      const [ours, theirs] = [inView.smallest(rows, 7), selectionByKernels.smallest(rows, 7)];
      expect(ours.indices.shape).toEqual([3, 3, 7]);
      expect(ours.indices.dataSync()).toEqual(theirs.indices.dataSync());
      expect(ours.values.dataSync()).toEqual(theirs.values.dataSync());
      const matrix = tf.tensor(numbers(50, 4, 'matrix').data, [50, 4]);
      const gathered = inView.gatherRows(matrix, ours.indices);
      expect(gathered.shape).toEqual([3, 3, 7, 4]);
      expect(gathered.dataSync()).toEqual(selectionByKernels.gatherRows(matrix, ours.indices).dataSync());
      const outside = tf.tensor([50], [1], 'int32');
      expect(() => inView.gatherRows(matrix, outside)).toThrow('row 50 of 50');
    });
  });

  it('clones without a copy, and frees what was cloned with its last holder', async () => {
    await createWasmEngine();
    await tf.setBackend('wasm');
    const backend = tf.backend() as tf.KernelBackend;
    const blocks = backend.numDataIds();
    const original = tf.tensor([1, 2, 3]);
    const clone = tf.clone(original);
    expect(backend.numDataIds()).toBe(blocks + 1);
    original.dispose();
    expect([...clone.dataSync()]).toEqual([1, 2, 3]);
    clone.dispose();
    expect(backend.numDataIds()).toBe(blocks);
  });
});
