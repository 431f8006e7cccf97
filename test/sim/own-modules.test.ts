import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FeddymemError } from '../../src/base/errors.js';
import { decodeSafetensors } from '../../src/base/safetensors.js';
import { readFloat32 } from '../../src/base/tensor.js';
import { changedFiles } from '../../src/sim/output/module-hashes.js';
import { readManifest } from '../../src/sim/output/manifest.js';
import { runScenario, type RunOptions } from '../../src/sim/run/run-scenario.js';
import { loadScenario, parseOverride, parseScenario } from '../../src/sim/scenario/load.js';
import { temporaryFolder } from '../support/tiny.js';

const examples = resolve('examples');
const cacheFolder = temporaryFolder();

async function run(path: string, set: readonly string[] = [], options: Partial<RunOptions> = {}) {
  const scenario = await loadScenario(path, set.map(parseOverride));
  const given = { cacheFolder, workers: 'inline', results: 'off', ...options } as const;
  return runScenario(scenario, given);
}

/** The example in a folder of its own, to be edited. */
function copied(): { folder: string; scenario: string; loss: string } {
  const folder = temporaryFolder();
  for (const name of ['own-loss.yaml', 'cosine-loss.mjs', 'low-rank-generator.mjs'])
    copyFileSync(join(examples, name), join(folder, name));
  return { folder, scenario: join(folder, 'own-loss.yaml'), loss: join(folder, 'cosine-loss.mjs') };
}

describe('docs/own-modules.md', () => {
  it('shows examples/cosine-loss.mjs as it is', () => {
    const [, shown] = /```js\n(.*?)```/s.exec(readFileSync('docs/own-modules.md', 'utf8'))!;
    expect(shown).toBe(readFileSync(join(examples, 'cosine-loss.mjs'), 'utf8'));
  });
});

describe('paths of modules', () => {
  const own = (scenario: { method: { training: { loss: string } } }) => scenario.method.training.loss;

  it('start at the folder of the file, those of --set at the working folder', async () => {
    const path = 'examples/own-loss.yaml';
    const scenario = await loadScenario(path);
    expect(scenario.method.training).toMatchObject({
      loss: join(examples, 'cosine-loss.mjs'),
      generator: join(examples, 'low-rank-generator.mjs'),
    });
    const override = parseOverride('method.training={loss: ./examples/../a.mjs}');
    expect(own(await loadScenario(path, [override]))).toBe(resolve('a.mjs'));
    expect(own(parseScenario({ ...scenario, method: { training: { loss: '../b.js' } } }, 'test'))).toBe(
      resolve('../b.js'),
    );
  });

  it.each(['my-loss.mjs', './my-loss.ts', './my-loss', 'triplet'])(
    'that are none are no choices either: %s',
    async (loss) => {
      const loading = loadScenario('examples/own-loss.yaml', [
        { path: ['method', 'training', 'loss'], value: loss },
      ]);
      await expect(loading).rejects.toThrow(/method\.training\.loss.*"hypersphere".*or the path of a module/);
    },
  );
});

describe('a run with an own loss and an own generator', () => {
  const example = join(examples, 'own-loss.yaml');

  /** The global memory of an untrained federation, and what a held-out client compares with. */
  async function heldOutSlots(generator: string, ...more: readonly string[]) {
    const set = [`method.training.generator=${generator}`, 'holdOut=[client-3]', 'method.precision=f32'];
    const { states, store } = await run(example, [...set, 'method.rounds=0', ...more]);
    const detector = decodeSafetensors(store.get(states.clients.get('client-3')!.detector), 'a detector');
    const memory = decodeSafetensors(store.get(states.server.memory), 'the memory');
    return { anchors: readFloat32(detector, 'anchors'), slots: readFloat32(memory, 'vectors') };
  }

  it.each(['onnx', 'wasm'])('learns by %s, and is as good as its loss and generator', async (engine) => {
    const { result } = await run(example, [`engine=${engine}`]);
    const losses = result.rounds.slice(1).map(({ loss }) => loss!);
    expect(losses[1]).toBeLessThan(losses[0]);
    expect(result.mean.own!.imageAuroc).toBeGreaterThan(0.8);
    const { result: other } = await run(example, [
      `engine=${engine}`,
      'method.training.loss=attract',
      'method.training.generator=linear',
    ]);
    expect(other.journalDigest).not.toBe(result.journalDigest);
  });

  it.each(['local', 'fedavg-cfa'])('works with method %s', async (method) => {
    const { result } = await run(example, [`method.name=${method}`]);
    expect(result.rounds[1].loss).toBeGreaterThan(0);
  });

  it('gives a held-out client the slots after a generator that does not start as the identity', async () => {
    const generator = join(temporaryFolder(), 'twice.mjs');
    writeFileSync(
      generator,
      `export const generator = {
        parameterShapes: () => [[1]],
        initialise: () => [Float32Array.of(2)],
        embed: (ops, [factor], points) => ops.multiply(points, factor),
      };`,
    );
    const shared = await heldOutSlots(generator);
    expect(shared.anchors).toEqual(shared.slots.map((value) => 2 * value));
    const embedding = await heldOutSlots(generator, 'method.space=embedding');
    expect(embedding.anchors).toEqual(embedding.slots);
  });

  it.each(
    ['linear', 'residual-mlp', 'none'].flatMap((generator) => [
      [generator, 'onnx'],
      [generator, 'wasm'],
    ]),
  )('gives a held-out client the bits of the slots after %s, by %s', async (generator, engine) => {
    const { anchors, slots } = await heldOutSlots(generator, `engine=${engine}`);
    expect(new Uint32Array(anchors.slice().buffer)).toEqual(new Uint32Array(slots.slice().buffer));
  });

  it('has the same digest by worker threads', async () => {
    const [inline, threads] = [await run(example), await run(example, [], { workers: 2 })];
    expect(threads.result.journalDigest).toBe(inline.result.journalDigest);
  });

  it('takes no results of a module that was edited since, and all of one that was edited back', async () => {
    const { scenario, loss } = copied();
    const before = readFileSync(loss, 'utf8');
    const again = async () => {
      const { jobs, result } = await run(scenario, [], { results: 'reuse' });
      return { ...jobs, digest: result.journalDigest };
    };
    const first = await again();
    expect(first.computed).toBeGreaterThan(0);
    expect(await again()).toEqual({
      computed: 0,
      reused: first.computed + first.reused,
      digest: first.digest,
    });
    writeFileSync(loss, before.replace('ops.mean(cosines), -1)', 'ops.mean(cosines), -3)'));
    const edited = await again();
    // All but the exchanges that come before any training, which read no loss.
    expect(edited.computed).toBeGreaterThan(first.computed / 2);
    expect(edited.computed).toBeLessThan(first.computed);
    expect(edited.digest).not.toBe(first.digest);
    writeFileSync(loss, before);
    expect(await again()).toMatchObject({ computed: 0, digest: first.digest });
  });
});

describe('a module', () => {
  let files: ReturnType<typeof copied>;
  beforeEach(() => {
    files = copied();
  });

  async function refusal(): Promise<FeddymemError> {
    const error: unknown = await run(files.scenario).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(FeddymemError);
    return error as FeddymemError;
  }

  it.each([
    ['is no JavaScript', 'export const loss = (', "can't be loaded", 'ECMAScript module'],
    ['has no such export', 'export const los = 1;', 'exports no loss', 'export const loss'],
    [
      'exports something else',
      'export const loss = 1;',
      'exports a loss that is no function',
      'export const',
    ],
    ['throws when loaded', 'throw new Error("not now");', "can't be loaded: not now", 'ECMAScript module'],
    ['throws when called', 'export const loss = () => nothing;', 'nothing is not defined', 'own-modules.md'],
    [
      'returns a row',
      'export const loss = (ops, { nearest }) => nearest(1);',
      '[64, 1], not a scalar',
      'mean',
    ],
  ])('that %s is bad input, by field, file and fix', async (_, text, problem, hint) => {
    writeFileSync(files.loss, text);
    const error = await refusal();
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain(`method.training.loss: ${files.loss} `);
    expect(error.message).toContain(problem);
    expect(error.hint).toContain(hint);
  });

  it('that is missing is bad input, whichever it is', async () => {
    const path = join(files.folder, 'low-rank-generator.mjs');
    writeFileSync(
      files.scenario,
      readFileSync(files.scenario, 'utf8').replace('./low-rank-generator.mjs', './away/none.mjs'),
    );
    const error = await refusal();
    expect(error.code).toBe('bad-input');
    const missing = path.replace('low-rank-generator.mjs', 'away/none.mjs');
    expect(error.message).toContain(`method.training.generator: ${missing} can't be read`);
    expect(error.hint).toContain('path');
  });
});

describe('the folder of such a run', () => {
  const { folder, loss } = copied();
  const elsewhere = join(folder, 'elsewhere');
  const main = resolve('dist/sim/cli/main.js');

  function feddymem(cwd: string, ...args: string[]) {
    const env = { ...process.env, FEDDYMEM_CACHE: join(folder, 'cache') };
    return spawnSync(process.execPath, [main, ...args], { cwd, env, encoding: 'utf8' });
  }

  beforeAll(() => {
    mkdirSync(elsewhere);
    const { status, stderr } = feddymem(folder, 'run', 'own-loss.yaml', '--out', 'run', '--workers', '1');
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('can be verified, repeated and forked from another working folder', () => {
    const verified = feddymem(elsewhere, 'verify', '../run', '--workers', '1');
    expect(verified.stdout).toMatch(/^equal: /);
    const repeated = feddymem(elsewhere, 'run', '../run/scenario.yaml', '--out', 'again', '--workers', '1');
    expect(repeated.stdout).toContain('0 computed');
    const module = relative(elsewhere, loss);
    const set = ['--set', 'method.training.learningRate=0.01', '--set', `method.training.loss=${module}`];
    const forked = feddymem(
      elsewhere,
      'fork',
      '../run',
      '--round',
      '2',
      ...set,
      '--out',
      'fork',
      '--workers',
      '1',
    );
    expect(forked.stderr).toBe('');
    expect(forked.status).toBe(0);
    const digest = ({ stdout }: typeof forked) => /journal +(\w+)/.exec(stdout)![1];
    expect(digest(forked)).not.toBe(digest(repeated));
  });

  it('tells which of its modules were edited since', async () => {
    const manifest = await readManifest(join(folder, 'run'));
    expect(Object.keys(manifest.modules!)).toEqual([loss, join(folder, 'low-rank-generator.mjs')]);
    expect(changedFiles(manifest)).toEqual([]);
    writeFileSync(loss, `${readFileSync(loss, 'utf8')}\n`);
    expect(changedFiles(manifest)).toEqual([loss]);
  });
});
