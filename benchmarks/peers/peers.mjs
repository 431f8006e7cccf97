// The peers' own benchmark: logistic regression by FedAvg, in the sizes of FLUTE's README (MNIST, LR).
// Usage: npm run build && node benchmarks/peers/peers.mjs [--workers n] [--json]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shuffledIndices, stream } from '../../dist/base/random.js';
import { decodeSafetensors } from '../../dist/base/safetensors.js';
import { drawFeatures, shownProduct } from '../../dist/sim/data/feature-world.js';
import { parseScenario, runScenario } from '../../dist/sim/index.js';
import { readFlags } from '../support/flags.mjs';
import { accuracy, naiveFederatedAveraging } from './naive.mjs';

/** FLUTE's; its clients have unequal numbers of images, about 60,000 in all. */
const sizes = {
  clients: 1000,
  cohort: 10,
  rounds: 100,
  images: 60,
  channels: 784,
  classes: 10,
  batchSize: 10,
  learningRate: 0.03,
};
/** Half of a client's images show one product; clusters so close that not all can be told apart. */
const [seed, skew, separation] = [1, 0.5, 0.12];
const testImages = 10_000;
/** Largest difference of a final parameter from the naive loop's. */
const tolerance = 1e-4;

const usage = `node benchmarks/peers/peers.mjs [flags]     (after npm run build)

  --workers <n>  worker threads (default: one a core)
  --json         print JSON`;
const { values: flags } = readFlags(usage, { workers: { type: 'string' }, json: { type: 'boolean' } });
const workers = Number(flags.workers ?? availableParallelism());

const scenario = parseScenario(
  {
    name: 'peers',
    seed,
    clients: sizes.clients,
    data: {
      source: 'features',
      channels: sizes.channels,
      grid: 1,
      products: sizes.classes,
      modes: 1,
      skew,
      separation,
      trainImages: sizes.images,
      minimumTrainImages: sizes.images,
      testGood: 0,
      testDefective: 0,
    },
    method: {
      name: fileURLToPath(new URL('../../examples/fedavg-logistic.mjs', import.meta.url)),
      rounds: sizes.rounds,
      training: { batchSize: sizes.batchSize, learningRate: sizes.learningRate },
    },
    schedule: { cohort: sizes.cohort },
    evaluate: { rounds: [] },
  },
  'benchmarks/peers',
);
const updates = sizes.cohort * sizes.rounds;
const steps = updates * Math.ceil(sizes.images / sizes.batchSize);

const ours = await simulated();
const naive = naively(ours.cohorts);
const difference = largestDifference(ours.model, naive.model);
if (!(difference <= tolerance))
  throw new Error(`final parameters differ by ${difference} from the naive loop's`);
const pytorch = pytorchLoop();
const test = testSet();
const result = {
  machine: { processor: cpus()[0].model, node: process.versions.node, workers },
  sizes,
  updates,
  steps,
  feddymem: { ...timed(ours.seconds), ...ours.facts, accuracy: accuracy(ours.model, ...test) },
  naive: {
    ...timed(naive.seconds),
    processorSeconds: naive.processorSeconds,
    drawing: naive.drawing,
    accuracy: accuracy(naive.model, ...test),
    difference,
  },
  pytorch: 'seconds' in pytorch ? { ...timed(pytorch.seconds), ...pytorch } : pytorch,
};
if (flags.json) console.log(JSON.stringify(result, null, 2));
else print(result);

/** A whole run: drawing data, training, encoding, checks of uploads, journal. Nothing is taken from earlier runs. */
async function simulated() {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'feddymem-peers-'));
  const journal = [];
  const before = process.cpuUsage();
  const began = performance.now();
  const run = await runScenario(scenario, {
    cacheFolder,
    workers,
    results: 'off',
    onJournalLine: (line) => journal.push(line),
  });
  const seconds = (performance.now() - began) / 1000;
  const processorSeconds = processorSince(before);
  rmSync(cacheFolder, { recursive: true });
  const { model } = run.states.server;
  const tensors = decodeSafetensors(run.store.get(model), 'the model');
  const spent = Object.values(run.spent);
  const sum = (field) => spent.reduce((total, each) => total + each[field], 0) / 1000;
  return {
    seconds,
    model: { weights: tensors['parameter.0'].data, bias: tensors['parameter.1'].data },
    cohorts: cohortsOf(journal),
    facts: {
      processorSeconds,
      workerSeconds: sum('milliseconds'),
      engineSeconds: sum('engineMilliseconds'),
      bytesUp: run.result.bytes.up,
      bytesDown: run.result.bytes.down,
      digest: run.result.journalDigest,
    },
  };
}

/** Who took part in which round, as the journal has it. */
function cohortsOf(journal) {
  const cohorts = Array.from({ length: sizes.rounds }, () => []);
  for (const line of journal) {
    const { event, kind, from, round } = JSON.parse(line);
    if (event === 'sent' && kind === 'upload') cohorts[round - 1].push(from);
  }
  const rank = (client) => Number(client.slice('client-'.length));
  return cohorts.map((clients) => clients.sort((a, b) => rank(a) - rank(b)));
}

/** The same steps on the same numbers, without any of the simulation. */
function naively(cohorts) {
  const drawing = performance.now();
  const rounds = cohorts.map((clients, at) =>
    clients.map((client) => ({
      ...drawnImages(client, 'train', sizes.images, skew),
      order: shuffledIndices(stream(seed, 'client', client, 'train', at + 1, 'batches'), sizes.images),
    })),
  );
  const before = process.cpuUsage();
  const began = performance.now();
  const model = naiveFederatedAveraging(rounds, sizes);
  const seconds = (performance.now() - began) / 1000;
  return { model, seconds, processorSeconds: processorSince(before), drawing: (began - drawing) / 1000 };
}

/** Of all threads: what a busy machine leaves nearly as it is. */
function processorSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function drawnImages(client, split, count, share) {
  const { channels, classes } = sizes;
  const world = {
    seed,
    channels,
    grid: 1,
    products: classes,
    modes: 1,
    skew: share,
    separation,
    defectShift: scenario.data.defectShift,
  };
  const patches = new Float32Array(count * channels);
  const labels = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const address = { kind: 'drawn', world, client, split, index, defective: false };
    patches.set(drawFeatures(address).data, index * channels);
    labels[index] = shownProduct(address);
  }
  return { patches, labels };
}

/** All products alike. */
function testSet() {
  const { patches, labels } = drawnImages('test', 'test', testImages, 0);
  return [patches, labels];
}

function largestDifference(a, b) {
  const of = (one, other) => one.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at])), 0);
  return Math.max(of(a.weights, b.weights), of(a.bias, b.bias));
}

/** By one thread: products as small as these gain nothing from more. */
function pytorchLoop() {
  const script = fileURLToPath(new URL('pytorch.py', import.meta.url));
  const given = [...Object.values(sizes), separation].map(String);
  const { status, stdout, stderr } = spawnSync('python3', [script, ...given], { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout);
  return { absent: stderr?.trim().split('\n').at(-1) || 'there is no python3' };
}

function timed(seconds) {
  return { seconds, updatesPerSecond: updates / seconds, stepsPerSecond: steps / seconds };
}

function print({ machine, feddymem, naive, pytorch }) {
  console.log(`${machine.processor}, node ${machine.node}, ${workers} workers`);
  console.log(
    `${sizes.clients} clients, ${sizes.cohort} a round, ${sizes.rounds} rounds: ${updates} updates, ${steps} steps of ` +
      `${sizes.batchSize} × ${sizes.channels}, ${sizes.classes} classes\n`,
  );
  const row = (name, { seconds, processorSeconds, updatesPerSecond, stepsPerSecond, accuracy: share }) =>
    console.log(
      `${name.padEnd(34)} ${seconds.toFixed(2).padStart(6)} s (processor ${processorSeconds.toFixed(2)} s)  ` +
        `${Math.round(updatesPerSecond)} updates/s  ` +
        `${Math.round(stepsPerSecond)} steps/s  accuracy ${(100 * share).toFixed(1)} %`,
    );
  row('feddymem, all told', feddymem);
  row('naive loop, data at hand', naive);
  if ('seconds' in pytorch) row(`PyTorch ${pytorch.version}, data at hand`, pytorch);
  else console.log(`no PyTorch here (${pytorch.absent}): the naive loop alone is the baseline`);
  console.log(
    `\nworkers' time ${feddymem.workerSeconds.toFixed(2)} s, in onnxruntime ${feddymem.engineSeconds.toFixed(2)} s; ` +
      `drawing the same data in one thread ${naive.drawing.toFixed(2)} s`,
  );
  console.log(
    `bytes up ${feddymem.bytesUp}, down ${feddymem.bytesDown}; journal ${feddymem.digest.slice(0, 12)}…; ` +
      `parameters as the naive loop's to ${naive.difference.toExponential(1)}`,
  );
  const ratio = (other) =>
    `${(feddymem.seconds / other.seconds).toFixed(2)} (processor ` +
    `${(feddymem.processorSeconds / other.processorSeconds).toFixed(2)})`;
  console.log(
    `feddymem : naive ${ratio(naive)}${'seconds' in pytorch ? `, feddymem : PyTorch ${ratio(pytorch)}` : ''}`,
  );
  console.log(`${feddymem.seconds < 10 ? 'met' : 'MISSED'}: under 10 s`);
}
