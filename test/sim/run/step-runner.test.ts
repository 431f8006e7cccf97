import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256, type Json } from '../../../src/base/hash.js';
import type { BlobReference } from '../../../src/base/blob.js';
import { serverId } from '../../../src/actors/messages.js';
import type { StepJob } from '../../../src/actors/steps.js';
import { createBlobStore } from '../../../src/sim/run/blob-store.js';
import type { Executor } from '../../../src/sim/run/executor.js';
import { createStepRunner, type StepSetting } from '../../../src/sim/run/step-runner.js';
import { entryPath } from '../../../src/sim/store/cache-layout.js';
import { createPayloadStore } from '../../../src/sim/store/payload-store.js';
import { createResultStore, type ResultStore } from '../../../src/sim/store/result-store.js';
import type { Job, MethodJob, MethodResult } from '../../../src/sim/worker/jobs.js';
import { step } from '../../actors/samples.js';
import { blobOf, filesOf, temporaryFolder } from '../store/samples.js';
import { preparedSwarm } from './samples.js';

const { federation } = await preparedSwarm();
const [{ settings }] = federation.segments;
const setting: StepSetting = {
  ...{ engine: 'onnx', method: 'feddymem', seed: 1, backbone: {}, versions: { node: '20' } },
  settingsAt: () => settings,
  features: new Map(),
};

/** Its results tell what they were made of. */
function pureWork({ actor, step: { name, round }, local, received, setup, seed }: MethodJob): MethodResult {
  const inputs: Json = {
    ...{ actor, name, round, seed, setup: setup?.hash ?? null },
    local: Object.values(local).map(({ hash }) => hash),
    received: received.map(({ payload, weight }) => [payload?.hash ?? null, weight]),
  };
  const made = (what: string) => blobOf(`${what} of ${canonicalJson(inputs)}`);
  return {
    local: { bank: made('bank'), old: null },
    message: made('message'),
    setup: null,
    figures: { loss: 2, bad: NaN },
  };
}

/** A run over a cache: what it computes, by actor and step. */
function opened(folder: string | null, given: { work?: typeof pureWork; results?: ResultStore } = {}) {
  const computed: string[] = [];
  const { work = pureWork } = given;
  const run = (job: Job) => {
    const method = job as MethodJob;
    computed.push(`${method.actor} ${method.step.name}`);
    return Promise.resolve().then(() => work(method));
  };
  const executor = { run } as unknown as Executor;
  const store = createBlobStore(folder === null ? undefined : createPayloadStore(folder));
  const results = given.results ?? (folder === null ? undefined : createResultStore(folder));
  return { computed, store, runner: createStepRunner(setting, executor, store, results) };
}

const first: StepJob = {
  ...{
    actor: 'client-1',
    role: 'client',
    step: step({ name: 'initialise', round: 0 }),
    local: {},
    setup: null,
  },
  received: [{ from: serverId, payload: null, weight: 1 }],
};
const second = (bank: BlobReference): StepJob => ({
  ...first,
  step: step({ name: 'train', round: 1 }),
  local: { bank },
});

/** The first run over a new cache: two steps, the second of which needs what the first left. */
async function filled() {
  const folder = temporaryFolder();
  const { runner } = opened(folder);
  const initialised = await runner.run(first);
  const trained = await runner.run(second(initialised.local.bank!));
  await runner.flush();
  return { folder, initialised, trained };
}

describe('a step runner', () => {
  it('computes equal jobs once, asked at once or one after the other', async () => {
    const { runner, computed } = opened(null);
    const [one, two] = await Promise.all([runner.run(first), runner.run({ ...first, local: {} })]);
    expect(await runner.run(first)).toBe(one);
    expect(two).toBe(one);
    expect(computed).toEqual(['client-1 initialise']);
    expect(runner.counts()).toEqual({ computed: 1, reused: 0 });
  });

  it('keeps blobs, what was removed and figures that are numbers', async () => {
    const { runner, store } = opened(null);
    const { local, message, setup, figures } = await runner.run(first);
    expect(new TextDecoder().decode(store.get(message!))).toMatch(/^message of .*"actor":"client-1"/);
    expect(Object.keys(local)).toEqual(['bank', 'old']);
    expect([local.old, setup, figures]).toEqual([null, null, { loss: 2 }]);
  });

  it('hands on what a job throws', async () => {
    const work = () => {
      throw new Error('out of memory');
    };
    const { runner } = opened(temporaryFolder(), { work });
    await expect(runner.run(first)).rejects.toThrow('out of memory');
    await runner.flush();
  });

  it('tells at the end that a result could not be kept', async () => {
    const results = {
      read: () => Promise.resolve(null),
      write: () => Promise.reject(new Error('the disk is full')),
    };
    const { runner } = opened(null, { results });
    await runner.run(first);
    await expect(runner.flush()).rejects.toThrow('the disk is full');
  });
});

describe('a step runner over the results of an earlier run', () => {
  it('takes them as they would be computed, and computes nothing', async () => {
    const { folder, initialised, trained } = await filled();
    const { runner, computed, store } = opened(folder);
    expect(await runner.run(first)).toEqual(initialised);
    expect(await runner.run(second(initialised.local.bank!))).toEqual(trained);
    expect(computed).toEqual([]);
    expect(runner.counts()).toEqual({ computed: 0, reused: 2 });
    expect(store.get(trained.message!)).toHaveLength(trained.message!.bytes);
    const { bytes } = await runner.fetch(trained.local.bank!);
    expect(bytes).toHaveLength(trained.local.bank!.bytes);
  });

  it('takes nothing of theirs without a result store', async () => {
    const { folder } = await filled();
    const store = createBlobStore(createPayloadStore(folder));
    const { computed } = opened(folder);
    const executor = { run: (job: MethodJob) => Promise.resolve((computed.push(job.actor), pureWork(job))) };
    await createStepRunner(setting, executor as unknown as Executor, store).run(first);
    expect(computed).toHaveLength(1);
  });

  it.each([
    ['missing', (path: string) => rm(path)],
    ['cut short', (path: string) => Promise.resolve(writeFileSync(path, 'mess'))],
    [
      'another of the same length',
      (path: string, bytes: number) => Promise.resolve(writeFileSync(path, 'x'.repeat(bytes))),
    ],
  ])('computes a step again whose message is %s, and what that one needs', async (_, damage) => {
    const { folder, initialised, trained } = await filled();
    const { hash, bytes } = trained.message!;
    await damage(entryPath(folder, 'payloads', hash), bytes);
    const { runner, computed, store } = opened(folder);
    await runner.run(first);
    expect(await runner.run(second(initialised.local.bank!))).toEqual(trained);
    expect(computed).toEqual(['client-1 train']);
    expect(store.get(trained.message!)).toHaveLength(bytes);
    await runner.flush();
    const next = opened(folder);
    await next.runner.run(second(initialised.local.bank!));
    expect(next.computed).toEqual([]);
  });

  it('brings back what is gone by the steps that made it, one from another', async () => {
    const { folder, initialised, trained } = await filled();
    for (const { hash } of [initialised.local.bank!, trained.local.bank!])
      await rm(entryPath(folder, 'payloads', hash));
    const { runner, computed } = opened(folder);
    await runner.run(first);
    await runner.run(second(initialised.local.bank!));
    // A client's own state is read when it is needed, and not before.
    expect(computed).toEqual([]);
    const { bytes, hash } = await runner.fetch(trained.local.bank!);
    expect([hash, bytes.length]).toEqual([trained.local.bank!.hash, trained.local.bank!.bytes]);
    expect(computed).toEqual(['client-1 initialise', 'client-1 train']);
  });

  it("wants the server's state at hand, for it is what uploads are checked against", async () => {
    const folder = temporaryFolder();
    const job: StepJob = { ...first, actor: serverId, role: 'server' };
    const before = opened(folder);
    const { local } = await before.runner.run(job);
    await before.runner.flush();
    await rm(entryPath(folder, 'payloads', local.bank!.hash));
    const after = opened(folder);
    await after.runner.run(job);
    expect(after.computed).toEqual(['server initialise']);
    expect(after.store.get(local.bank!)).toHaveLength(local.bank!.bytes);
  });

  it.each([
    ['edited', 'loss', 'gain'],
    ['of another shape', '"figures"', '"numbers"'],
    ['no JSON', '{', ''],
  ])('computes again where a result is %s', async (_, from, to) => {
    const { folder, initialised } = await filled();
    for (const path of filesOf(folder).filter((file) => file.endsWith('.json')))
      writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
    const { runner, computed } = opened(folder);
    expect(await runner.run(first)).toEqual(initialised);
    expect(computed).toEqual(['client-1 initialise']);
  });

  it('computes again where a result is whole, but of an older form', async () => {
    const results: ResultStore = {
      read: () => Promise.resolve({ made: 'long ago' }),
      write: () => Promise.resolve(),
    };
    const { runner, computed } = opened(null, { results });
    await runner.run(first);
    expect(computed).toEqual(['client-1 initialise']);
  });

  it('does not guess: what nobody made is an error', async () => {
    const { runner } = opened(temporaryFolder());
    await expect(runner.fetch({ hash: blobOf('unknown').hash, bytes: 7 })).rejects.toThrow(
      'nobody knows who made it',
    );
  });

  it('notices a job that is not pure', async () => {
    const { folder, initialised } = await filled();
    await rm(entryPath(folder, 'payloads', initialised.local.bank!.hash));
    const other = (job: MethodJob) => pureWork({ ...job, seed: 99 });
    const { runner } = opened(folder, { work: other });
    await runner.run(first);
    await expect(runner.fetch(initialised.local.bank!)).rejects.toThrow(
      'step initialise at client-1 no longer makes blob',
    );
  });

  it('fails once, and says what to do, when several of them can’t be had', async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => unheard.push(reason);
    process.on('unhandledRejection', hear);
    const gone = (what: string) => ({ hash: sha256(what), bytes: 4 });
    const job: StepJob = {
      ...first,
      local: { bank: gone('bank') },
      setup: gone('setup'),
      received: ['a', 'b'].map((from) => ({ from, payload: gone(from), weight: 1 })),
    };
    const { runner } = opened(temporaryFolder());
    await expect(runner.run(job)).rejects.toMatchObject({
      message: expect.stringMatching(/^blob .* is gone/) as unknown,
      hint: expect.stringContaining('start again') as unknown,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });
});
