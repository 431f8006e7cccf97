// A client's work by onnx and wasm, against the matrix products of this processor: a training round, scoring, k-means,
// the backbone; one worker and two. With FEDDYMEM_DATA on features of the tile images, else on drawn numbers.
// Usage: npm run build && node benchmarks/engines/client.mjs [--json]
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { stream } from '../../dist/base/random.js';
import { matrix } from '../../dist/base/tensor.js';
import { clusterPoints } from '../../dist/memory/k-means.js';
import { bankOfPoints } from '../../dist/memory/memory-bank.js';
import { extractMaps, patchFeatures } from '../../dist/model/backbone/backbone.js';
import { resnet18 } from '../../dist/model/backbone/resnet-structure.js';
import { resnet } from '../../dist/model/backbone/resnet.js';
import { initialTrainingState } from '../../dist/model/engine/engine.js';
import { createEngine } from '../../dist/model/engine/registry.js';
import { decodeImage } from '../../dist/model/images/decode.js';
import { generators } from '../../dist/model/generator/generator.js';
import { trainGenerator } from '../../dist/model/loss/training.js';
import { blockRows } from '../../dist/model/routines/blocks.js';
import { engineDistances } from '../../dist/model/routines/nearest.js';
import { scorePatches } from '../../dist/model/score/detector.js';

const [dimensions, channels, slots, batch, steps] = [128, 384, 600, 1024, 30];
const repetitions = 5;

function numbers(name, rows, columns) {
  const result = matrix(rows, columns);
  stream(1, 'benchmark', name).fillNormal(result.data);
  return result;
}

function resnet() {
  const path = join(process.env.FEDDYMEM_DATA, 'weights/resnet18_conv1_layer3_f32.safetensors');
  return resnet(resnet18, { path, bytes: readFileSync(path) }, { size: 224 });
}

/** Patches of 26 tile images, [20,384 × channels]; drawn numbers without data. */
async function patches(engine) {
  const data = process.env.FEDDYMEM_DATA;
  if (!data) return numbers('patches', 26 * 784, channels);
  const backbone = resnet();
  const folder = join(data, 'images/magnetic_tile/train/good');
  const result = matrix(26 * 784, channels);
  for (const [at, name] of readdirSync(folder).sort().slice(0, 26).entries()) {
    const path = join(folder, name);
    const maps = await extractMaps(engine, backbone, await decodeImage(readFileSync(path), 224, path));
    const features = await patchFeatures(engine, backbone, maps, 0);
    result.data.set(features.data, at * features.data.length);
  }
  return result;
}

/** In `dimensions` random directions: what lies together stays together. */
function project(source) {
  const directions = numbers('space', channels, dimensions);
  const result = matrix(source.rows, dimensions);
  for (let row = 0; row < source.rows; row++)
    for (let c = 0; c < channels; c++) {
      const value = source.data[row * channels + c] / Math.sqrt(channels);
      for (let d = 0; d < dimensions; d++)
        result.data[row * dimensions + d] += value * directions.data[c * dimensions + d];
    }
  return result;
}

const firstRows = (source, rows) => ({
  rows,
  columns: source.columns,
  data: source.data.slice(0, rows * source.columns),
});

/** Rows spread evenly over the source. */
function spreadRows(source, rows, offset) {
  const result = matrix(rows, source.columns);
  for (let row = 0; row < rows; row++) {
    const from = (Math.floor((row * source.rows) / rows) + offset) * source.columns;
    result.data.set(source.data.subarray(from, from + source.columns), row * source.columns);
  }
  return result;
}

/** Name → { operations: of the matrix products, prepare: (engine) => work }. */
async function tasksOf() {
  const onnx = await createEngine('onnx');
  const raw = await patches(onnx);
  await onnx.dispose();
  const embedded = project(raw);
  const points = firstRows(embedded, 15_000);
  const bank = (offset) => bankOfPoints(spreadRows(embedded, slots / 2, offset));
  const many = firstRows(embedded, 20_000);
  const anchors = spreadRows(embedded, slots, 0);
  const features = firstRows(raw, 784);
  const space = { weights: numbers('space', channels, dimensions), offset: new Float32Array(dimensions) };
  const product = (rows, inner, columns) => 2 * rows * inner * columns;
  const parameters = generators.linear.initialise(dimensions, stream(1));
  const tasks = {
    'training round: 30 steps of 1024 patches, 600 slots': {
      operations:
        steps *
        (3 * product(batch, dimensions, dimensions) +
          product(slots, dimensions, dimensions) +
          product(batch, dimensions, slots)),
      prepare: (engine) => () =>
        trainGenerator(
          engine,
          {
            generator: 'linear',
            loss: 'hypersphere',
            replay: 'global-slots',
            replayShare: 0.5,
            steps,
            batchSize: batch,
            learningRate: 1e-3,
          },
          { points, local: bank(0), global: bank(17), squaredRadius: 100 },
          initialTrainingState(parameters),
          stream(1, 'training'),
        ),
    },
    'its products alone: forward, search, backward': {
      operations:
        steps *
        (3 * product(batch, dimensions, dimensions) +
          product(slots, dimensions, dimensions) +
          product(batch, dimensions, slots)),
      prepare(engine) {
        const shapes = [
          [batch, dimensions],
          [dimensions, dimensions],
          [slots, dimensions],
        ];
        // As in a step: points and slots through the generator, all distances, the gradient of the weights and one more.
        const program = engine.compile('step products', shapes, (ops, [x, weight, memory]) => {
          const z = ops.matmul(x, weight);
          const distances = ops.matmul(z, ops.transpose(ops.matmul(memory, weight)));
          const gradient = ops.matmul(ops.transpose(x), z);
          const back = ops.matmul(z, ops.transpose(weight));
          return [ops.sum(distances), ops.sum(gradient), ops.sum(back)];
        });
        const inputs = [points.data.subarray(0, batch * dimensions), parameters[0], anchors.data];
        return async () => {
          for (let step = 0; step < steps; step++) await program.run(inputs);
        };
      },
    },
    'scoring: 100 images of 784 patches, 600 slots': {
      operations:
        100 *
        (product(784, channels, dimensions) +
          product(784, dimensions, dimensions) +
          product(784, dimensions, slots)),
      prepare: (engine) => async () => {
        const detector = { space, generator: 'linear', parameters, anchors, calibration: null };
        for (let image = 0; image < 100; image++) await scorePatches(engine, detector, features);
      },
    },
    'k-means: 20,000 × 128 into 1,000, seeds and 4 steps': {
      operations: 5 * product(20_000, dimensions, 1000),
      prepare: (engine) => () =>
        clusterPoints(
          many,
          new Float64Array(20_000).fill(1),
          1000,
          4,
          stream(1, 'k-means'),
          engineDistances(engine),
        ),
    },
    'search, product alone: 20,000 patches, 600 slots': {
      operations: product(20_000, dimensions, slots),
      prepare(engine) {
        const rows = blockRows(many.rows, slots);
        const shapes = [
          [rows, dimensions],
          [slots, dimensions],
        ];
        // Summed inside: what is measured is the product, not the way of its result out of the library.
        const program = engine.compile('product alone', shapes, (ops, [x, c]) => [
          ops.sum(ops.matmul(x, ops.transpose(c))),
        ]);
        return async () => {
          for (let start = 0; start + rows <= many.rows; start += rows)
            await program.run([
              many.data.subarray(start * dimensions, (start + rows) * dimensions),
              anchors.data,
            ]);
        };
      },
    },
    'search, with selection of the nearest': {
      operations: product(20_000, dimensions, slots),
      prepare: (engine) => () => engineDistances(engine).nearest(many, anchors, 1),
    },
  };
  if (process.env.FEDDYMEM_DATA) {
    const backbone = resnet();
    const pixels = Uint8Array.from({ length: 224 * 224 * 3 }, (_, at) => (at * 7919) % 256);
    tasks['backbone: ResNet18, layers 1 to 3, one image of 224²'] = {
      operations: null,
      prepare: (engine) => () => extractMaps(engine, backbone, pixels),
    };
  }
  return tasks;
}

async function medianOf(work) {
  await work();
  const times = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const start = process.hrtime.bigint();
    await work();
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return times.sort((a, b) => a - b)[repetitions >> 1];
}

/** Billions of operations a second that numpy's BLAS reaches on one thread; null without numpy. */
function blasPeak() {
  const script =
    'import numpy as n, time\na=n.random.rand(1024,1024).astype("f")\na@a\n' +
    'print(max((lambda t:(a@a, 2*1024**3/(time.perf_counter()-t)/1e9)[1])(time.perf_counter()) for _ in range(15)))';
  try {
    const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
    return Number(
      execFileSync('python3', ['-c', script], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return null;
  }
}

/** The training round in so many threads at once: rounds a second. */
async function roundsPerSecond(threads) {
  const rounds = 12;
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL(import.meta.url), { workerData: { rounds } }),
  );
  const message = (worker) =>
    new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await Promise.all(workers.map(message));
  const start = process.hrtime.bigint();
  const done = workers.map(message);
  for (const worker of workers) worker.postMessage('go');
  await Promise.all(done);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return (threads * rounds) / seconds;
}

async function work() {
  const engine = await createEngine('onnx');
  const [round] = Object.values(await tasksOf()).map(({ prepare }) => prepare);
  const run = round(engine);
  await run();
  parentPort.once('message', async () => {
    for (let count = 0; count < workerData.rounds; count++) await run();
    await engine.dispose();
    parentPort.postMessage('done');
  });
  parentPort.postMessage('ready');
}

async function main() {
  const peak = blasPeak();
  const tasks = await tasksOf();
  const engines = [await createEngine('onnx'), await createEngine('wasm')];
  const rows = [];
  for (const [name, { operations, prepare }] of Object.entries(tasks)) {
    const [onnx, wasm] = [await medianOf(prepare(engines[0])), await medianOf(prepare(engines[1]))];
    const rate = operations === null ? null : operations / onnx / 1e6;
    rows.push({
      name,
      onnx,
      wasm,
      ratio: wasm / onnx,
      gflops: rate,
      share: rate && peak ? rate / peak : null,
    });
  }
  for (const engine of engines) await engine.dispose();
  const [one, two] = [await roundsPerSecond(1), await roundsPerSecond(2)];
  const result = {
    cpu: cpus()[0].model,
    node: process.versions.node,
    blasGflops: peak,
    tasks: rows,
    twoWorkers: two / one,
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify(result, null, 2));
  else print(result);
}

function print({ cpu, node, blasGflops, tasks, twoWorkers }) {
  console.log(`${cpu}, node ${node}; medians of ${repetitions}, one thread`);
  console.log(
    blasGflops === null
      ? 'numpy is not installed: no share of the BLAS peak'
      : `numpy's BLAS, product of 1024³: ${blasGflops.toFixed(0)} GFLOP/s`,
  );
  for (const { name, onnx, wasm, ratio, gflops, share } of tasks) {
    const rate =
      gflops === null ? `${(1000 / onnx).toFixed(1)} a second` : `${gflops.toFixed(0)} GFLOP/s in products`;
    const part = share === null ? '' : `, ${share.toFixed(2)} of BLAS`;
    console.log(
      `${name}\n  onnx ${onnx.toFixed(1)} ms (${rate}${part}); wasm ${wasm.toFixed(1)} ms, ${ratio.toFixed(1)} × onnx`,
    );
  }
  console.log(`two workers at once: ${twoWorkers.toFixed(2)} × one`);
}

await (isMainThread ? main() : work());
