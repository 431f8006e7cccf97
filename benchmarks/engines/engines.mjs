// The same work by every engine that runs here: times, and ratios to onnx in the same run.
// Usage: npm run build && node benchmarks/engines/engines.mjs
import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { stream } from '../../dist/base/random.js';
import { matrix } from '../../dist/base/tensor.js';
import { bankOfPoints, emptyBank } from '../../dist/memory/memory-bank.js';
import { extractMaps } from '../../dist/model/backbone/backbone.js';
import { orientedFilters } from '../../dist/model/backbone/oriented-filters.js';
import { initialTrainingState } from '../../dist/model/engine/engine.js';
import { defaultAdam } from '../../dist/model/engine/optimiser.js';
import { createEngine } from '../../dist/model/engine/registry.js';
import { createTfjsEngine } from '../../dist/model/engine/tfjs/engine.js';
import { generators } from '../../dist/model/generator/generator.js';
import { trainGenerator } from '../../dist/model/loss/training.js';
import { engineDistances } from '../../dist/model/routines/nearest.js';

const repetitions = 9;

const random = stream(1, 'benchmark');
const numbers = (rows, columns) =>
  matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
const [left, right] = [numbers(512, 512), numbers(512, 512)];
const [patches, slots] = [numbers(4096, 128), numbers(1000, 128)];
const pixels = Uint8Array.from({ length: 128 * 128 * 3 }, (_, at) => (at * 7919) % 256);

/** Each returns a function that does the work once. */
const tasks = {
  'product 512³': (engine) => {
    const shapes = [
      [512, 512],
      [512, 512],
    ];
    const program = engine.compile('product', shapes, (ops, [a, b]) => [ops.sum(ops.matmul(a, b))]);
    return () => program.run([left.data, right.data]);
  },
  // Forward, backward and Adam: seven products of 512³.
  'step of a 512-512-512 MLP': (engine) => {
    const step = engine.compileTraining('mlp', {
      parameters: generators['residual-mlp'].parameterShapes(512),
      inputs: [[512, 512]],
      optimiser: defaultAdam,
      loss: (ops, parameters, [x]) =>
        ops.mean(ops.square(generators['residual-mlp'].embed(ops, parameters, x))),
    });
    const state = initialTrainingState(generators['residual-mlp'].initialise(512, stream(1, 'start')));
    return () => step.run(state, [left.data]);
  },
  '10 FedDyMem steps, 128 patches': (engine) => {
    const settings = { loss: 'hypersphere', replay: 'none', replayShare: 0, steps: 10, batchSize: 128 };
    const input = {
      points: patches,
      local: bankOfPoints(slots),
      global: emptyBank(128),
      squaredRadius: 100,
    };
    const state = initialTrainingState(generators.linear.initialise(128, stream(1, 'start')));
    return () =>
      trainGenerator(
        engine,
        { generator: 'linear', learningRate: 1e-3, ...settings },
        input,
        state,
        stream(1, 'steps'),
      );
  },
  '1 nearest of 1000, 4096 patches': (engine) => () => engineDistances(engine).nearest(patches, slots, 1),
  '6 nearest of 1000, 4096 patches': (engine) => () => engineDistances(engine).nearest(patches, slots, 6),
  'oriented filters, 128²': (engine) => () => extractMaps(engine, orientedFilters(128), pixels),
};

const columns = [['onnx', await timesOf(await createEngine('onnx'))]];
// Before the engine replaces the kernel: the backend as it comes.
await tf.setBackend('wasm');
const asItComes = createTfjsEngine({ name: 'wasm', backend: 'wasm', version: '', device: 'cpu' });
columns.push(['wasm as it comes', await timesOf(asItComes)]);
columns.push(['wasm', await timesOf(await createEngine('wasm'))]);
try {
  columns.push(['tensorflow', await timesOf(await createEngine('tensorflow'))]);
} catch (error) {
  console.log(error.message);
}

console.log(
  `${cpus()[0].model}, node ${process.versions.node}; medians of ${repetitions}, one thread each\n`,
);
console.log(`${''.padEnd(34)}${columns.map(([name]) => name.padStart(26)).join('')}`);
for (const task of Object.keys(tasks)) {
  const [[, onnx]] = columns;
  const cells = columns.map(
    ([, times]) => `${times[task].toFixed(1)} ms ${(times[task] / onnx[task]).toFixed(1).padStart(6)}×`,
  );
  console.log(`${task.padEnd(34)}${cells.map((cell) => cell.padStart(26)).join('')}`);
}

/** Median milliseconds of every task. */
async function timesOf(engine) {
  const times = {};
  for (const [name, prepare] of Object.entries(tasks)) {
    const work = prepare(engine);
    await work();
    const taken = [];
    for (let count = 0; count < repetitions; count++) {
      const start = performance.now();
      await work();
      taken.push(performance.now() - start);
    }
    times[name] = taken.sort((a, b) => a - b)[repetitions >> 1];
  }
  await engine.dispose();
  return times;
}
