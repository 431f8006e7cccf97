import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FeddymemError } from '../../src/base/errors.js';
import { shuffledIndices, stream } from '../../src/base/random.js';
import { decodeSafetensors } from '../../src/base/safetensors.js';
import { readFloat32 } from '../../src/base/tensor.js';
import { drawFeatures, shownProduct } from '../../src/sim/data/feature-world.js';
import { changedFiles, moduleHashes } from '../../src/sim/output/module-hashes.js';
import { runScenario, type FinishedRun, type RunOptions } from '../../src/sim/run/run-scenario.js';
import { loadScenario, parseOverride } from '../../src/sim/scenario/load.js';
import { temporaryFolder } from '../support/tiny.js';

const example = resolve('examples/own-method.yaml');
const cacheFolder = temporaryFolder();

async function run(path: string, set: readonly string[] = [], options: Partial<RunOptions> = {}) {
  const scenario = await loadScenario(path, set.map(parseOverride));
  return runScenario(scenario, {
    cacheFolder,
    workers: 'inline',
    results: 'off',
    check: true,
    ...options,
  });
}

/** The example in a folder of its own, to be edited: it finds the package by the path of its build. */
function copied(): { scenario: string; method: string; text: string } {
  const folder = temporaryFolder();
  copyFileSync(example, join(folder, 'own-method.yaml'));
  const built = resolve('dist/model/methods/index.js');
  const text = readFileSync('examples/fedavg-logistic.mjs', 'utf8').replace(
    "'feddymem/methods'",
    `'${built}'`,
  );
  const method = join(folder, 'fedavg-logistic.mjs');
  writeFileSync(method, text);
  return { scenario: join(folder, 'own-method.yaml'), method, text };
}

interface Model {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** The server's last average. */
function modelOf({ states, store }: FinishedRun): Model {
  const tensors = decodeSafetensors(store.get(states.server.model), 'the model');
  return { weights: readFloat32(tensors, 'parameter.0'), bias: readFloat32(tensors, 'parameter.1') };
}

/** benchmarks/peers/naive.mjs: the same learning as one would write it down. */
interface Naive {
  naiveFederatedAveraging(
    rounds: readonly (readonly { patches: Float32Array; labels: Int32Array; order: Int32Array }[])[],
    sizes: { channels: number; classes: number; batchSize: number; learningRate: number },
  ): Model;
  accuracy(model: Model, patches: Float32Array, labels: Int32Array): number;
}
const loadNaive = async () => (await import(resolve('benchmarks/peers/naive.mjs'))) as Naive;

const [channels, classes, images] = [32, 10, 24];

function drawn({ scenario, clients }: FinishedRun, client: string) {
  const patches = new Float32Array(images * channels);
  const labels = new Int32Array(images);
  clients
    .find(({ id }) => id === client)!
    .train.forEach(({ location }, image) => {
      if (location.kind !== 'drawn') throw new Error(`${scenario.name} has no drawn features`);
      patches.set(drawFeatures(location).data, image * channels);
      labels[image] = shownProduct(location);
    });
  return { patches, labels };
}

describe('examples/fedavg-logistic.mjs', () => {
  it.each(['onnx', 'wasm'])('ends by %s where the naive loop does, and has learnt', async (engine) => {
    const journal: string[] = [];
    const finished = await run(example, [`engine=${engine}`], {
      onJournalLine: (line) => journal.push(line),
    });
    const cohorts = Array.from({ length: 10 }, (): string[] => []);
    for (const line of journal) {
      const { event, kind, from, round } = JSON.parse(line) as Record<string, string & number>;
      if (event === 'sent' && kind === 'upload') cohorts[round - 1].push(from);
    }
    expect(cohorts.map((cohort) => cohort.length)).toEqual(Array(10).fill(10));
    const rank = (client: string) => Number(client.split('-')[1]);
    const rounds = cohorts.map((cohort, at) =>
      cohort
        .sort((a, b) => rank(a) - rank(b))
        .map((client) => {
          const random = stream(1, 'client', client, 'train', at + 1, 'batches');
          return { ...drawn(finished, client), order: shuffledIndices(random, images) };
        }),
    );
    const { naiveFederatedAveraging, accuracy } = await loadNaive();
    const sizes = { channels, classes, batchSize: 10, learningRate: 0.03 };
    const expected = naiveFederatedAveraging(rounds, sizes);
    const model = modelOf(finished);
    model.weights.forEach((weight, at) => expect(weight).toBeCloseTo(expected.weights[at], 5));
    model.bias.forEach((value, at) => expect(value).toBeCloseTo(expected.bias[at], 5));
    // Chance is 0.1; nobody has seen client 40 who was not in a cohort, and it is drawn from the same products.
    const { patches, labels } = drawn(finished, 'client-40');
    expect(accuracy(model, patches, labels)).toBeGreaterThan(0.6);
    expect(finished.result.rounds.at(-1)!.loss).toBeLessThan(finished.result.rounds[1].loss!);
  });

  it('averages two clients by hand, by how many patches they have', async () => {
    const two = ['clients=2', 'schedule.cohort=2', 'method.rounds=1'];
    const unequal = ['data.minimumTrainImages=4', 'data.trainImages=30', 'seed=3'];
    const finished = await run(example, [...two, ...unequal]);
    const [first, second] = finished.clients.map((client) => client.train.length);
    expect(first).not.toBe(second);
    const alone = async (client: number) =>
      modelOf(await run(example, [...two, ...unequal, `holdOut=[client-${client}]`, 'schedule.cohort=1']));
    const [a, b] = [await alone(2), await alone(1)];
    modelOf(finished).weights.forEach((weight, at) => {
      const mean = (first * a.weights[at] + second * b.weights[at]) / (first + second);
      expect(weight).toBeCloseTo(mean, 6);
    });
  });

  it('encodes and counts every message', async () => {
    const { result } = await run(example);
    const parameters = 4 * (channels * classes + classes);
    expect(result.bytes.up / 100).toBeGreaterThan(parameters);
    expect(result.bytes.up / 100).toBeLessThan(parameters + 400);
    // There is no broadcast before the first average.
    expect(result.bytes.down / 90).toBeGreaterThan(parameters);
    expect(result.bytes.down / 90).toBeLessThan(parameters + 400);
  });

  it('has the same bits inline, by one worker and by two', async () => {
    const runs = [
      await run(example),
      await run(example, [], { workers: 1 }),
      await run(example, [], { workers: 2 }),
    ];
    expect(new Set(runs.map(({ result }) => result.journalDigest)).size).toBe(1);
    expect(new Set(runs.map(({ states }) => states.server.model.hash)).size).toBe(1);
  });

  it('shows as its own by its hash, and takes no results of an edited one', async () => {
    const { scenario, method, text } = copied();
    const again = async () => (await run(scenario, [], { results: 'reuse' })).jobs;
    const { computed } = await again();
    expect(await again()).toEqual({ computed: 0, reused: computed });
    const segments = [{ fromRound: 0, scenario: await loadScenario(scenario) }];
    const modules = moduleHashes(segments);
    expect(Object.keys(modules)).toEqual([method]);
    writeFileSync(method, `${text}\n// edited`);
    expect(changedFiles({ segments, modules })).toEqual([method]);
    expect(await again()).toEqual({ computed, reused: 0 });
  });
});

/** The example with a constant in its loss, under the key that it has. */
function withLossTimes(factor: number): ReturnType<typeof copied> {
  const files = copied();
  const scaled = `return ops.multiply(ops.constant(${factor}), ops.mean($1));`;
  const edited = files.text.replace(/return ops\.mean\((.*)\);/, scaled);
  expect(edited).not.toBe(files.text);
  writeFileSync(files.method, edited);
  return files;
}

describe('a method of a module that reads what no built-in step does', () => {
  /** Learns the slower the more rounds there are, and by how images are scored. */
  function reading(extra = ''): string {
    const { scenario, method, text } = copied();
    const edited = text
      .replace('{ training }) {\n  return {', '{ training, rounds, imageScore }) {\n  return {')
      .replace('training.learningRate }', "training.learningRate / (imageScore === 'max' ? 9 : rounds) }")
      .replace("  name: 'fedavg-logistic',", (name) => `${name}\n${extra}`);
    expect(edited).toContain('? 9 : rounds) }');
    expect(edited).toContain('rounds, imageScore })');
    writeFileSync(method, edited);
    return scenario;
  }

  it('gets it, and shares no results with runs where it differs', async () => {
    const scenario = reading();
    await run(scenario, ['method.rounds=2'], { results: 'reuse' });
    for (const changes of [['method.rounds=3'], ['method.rounds=2', 'method.imageScore=max']]) {
      const shared = await run(scenario, changes, { results: 'reuse' });
      expect(shared.jobs.reused).toBe(0);
      expect(modelOf(shared)).toEqual(modelOf(await run(scenario, changes)));
    }
    const again = await run(scenario, ['method.rounds=2'], { results: 'reuse' });
    expect(again.jobs.computed).toBe(0);
  });

  it('may not, where its step declares not to read it', async () => {
    const scenario = reading("  unread: { train: { client: ['rounds'] } },");
    await expect(run(scenario)).rejects.toThrow('step train reads method.rounds, which it declares not to');
  });
});

describe('methods of two modules in one thread', () => {
  it.each(['onnx', 'wasm'])('may give their definitions the same key (%s)', async (engine) => {
    const [plain, heavy] = [1, 3].map(withLossTimes);
    const weightsOf = async (scenario: string, workers: 'inline' | 1) =>
      modelOf(await run(scenario, [`engine=${engine}`, 'method.rounds=2'], { workers })).weights;
    const [a, b] = [await weightsOf(plain.scenario, 'inline'), await weightsOf(heavy.scenario, 'inline')];
    expect(a).not.toEqual(b);
    // Alone in a new thread.
    expect(a).toEqual(await weightsOf(plain.scenario, 1));
    expect(b).toEqual(await weightsOf(heavy.scenario, 1));
  });
});

describe('a method of a module', () => {
  let files: ReturnType<typeof copied>;
  beforeEach(() => {
    files = copied();
  });

  it.each([
    ['has no such export', () => 'export const methods = {};', 'exports no method', 'export const method'],
    [
      'lacks parts',
      () => 'export const method = { steps() {} };',
      'exports a method without cost, client, server, inspect',
      '',
    ],
    [
      'has no steps',
      () => 'export const method = { steps: () => [], cost() {}, client: {}, server: {}, inspect: {} };',
      'returns no list of steps',
      'at least one',
    ],
    [
      'has a step nobody can do',
      (text: string) => text.replace("name: 'train', round", "name: 'learn', round"),
      'has a step learn without a function client.train'.replace('train', 'learn'),
      'Add it to client',
    ],
    [
      'asks whom there is not',
      (text: string) => text.replace("audience: 'cohort'", "audience: 'all'"),
      'has a step train for all',
      'cohort, everyone, held-out',
    ],
    [
      'counts no operations',
      (text: string) => text.replace('return 4 * patches', "return 'many' * patches"),
      'returns NaN from cost for step train of the client',
      'floating-point operations',
    ],
    [
      'throws in a step',
      (text: string) => text.replace('let loss = 0;', 'let loss = nothing;'),
      'fails in client.train: nothing is not defined',
      'own-modules.md',
    ],
  ])('that %s is bad input, by field, file and fix', async (_, edit, problem, hint) => {
    writeFileSync(files.method, edit(files.text));
    const error: unknown = await run(files.scenario).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(FeddymemError);
    const { code, message, hint: fix } = error as FeddymemError;
    expect(code).toBe('bad-input');
    expect(message).toContain(`method.name: ${files.method} ${problem}`);
    expect(fix).toContain(hint);
  });

  it('that is not there is named before anything is computed', async () => {
    await expect(run(example, ['method.name=./nowhere.mjs'])).rejects.toThrow(
      `method.name: ${resolve('nowhere.mjs')} can't be read`,
    );
    await expect(run(example, ['method.name=logistic'])).rejects.toThrow(
      /"feddymem".*or the path of a module/s,
    );
  });
});
