import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../src/base/safetensors.js';
import { readMatrix, rowOf, type Matrix, type TensorMap } from '../../../src/base/tensor.js';
import { methods, type MethodName } from '../../../src/model/methods/registry.js';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { failureOf, linesWith, play, prepareScenario, preparedSwarm } from '../../sim/run/samples.js';
import { swarmScenario, type Outcome } from '../../sim/run/samples.js';
import { temporaryFolder } from '../../support/tiny.js';
import { f32, honestUploads, refusal, replacing, shorter } from './honest-uploads.js';

const small = ['method.dimensions=4', 'method.rounds=2'];

async function run(method: MethodName, ...changes: string[]) {
  const prepared = await preparedSwarm(`method.name=${method}`, ...small, ...changes);
  const outcome = await play(prepared);
  const entry = (client: string, name: string) =>
    decodeSafetensors(prepared.store.get(outcome.final.clients.get(client)![name]), name);
  /** Every message of a kind and step, as it was sent. */
  const sent = (kind: string, step: string, round: number) =>
    linesWith(outcome.lines, { event: 'sent', kind, step, round }).map(({ payload, bytes }) => ({
      bytes,
      tensors: payload
        ? decodeSafetensors(prepared.store.get({ hash: payload as string, bytes: 0 }), 'a message')
        : {},
    }));
  return { prepared, outcome, entry, sent };
}

const detectors = ({ final }: Outcome) =>
  [...final.clients].map(([client, { detector }]) => [client, detector.hash]);

describe('pooled', () => {
  it.each([
    ['none'],
    ['minor'],
    ['minor-within'],
    ['orthogonal'],
    ['minor', 'method.calibration=none', 'method.update=ema', 'method.training.generator=residual-mlp'],
  ])('of one client is local, to the bits of its detector (alignment %s)', async (alignment, ...others) => {
    const changes = ['clients=1', `method.alignment=${alignment}`, ...others];
    const [together, alone] = [await run('pooled', ...changes), await run('local', ...changes)];
    expect(detectors(together.outcome)).toEqual(detectors(alone.outcome));
  });

  it('gives everybody one detector, of the patches of all', async () => {
    const { outcome, sent } = await run('pooled');
    expect(new Set(detectors(outcome).map(([, hash]) => hash)).size).toBe(1);
    const uploads = sent('upload', 'initialise', 0);
    expect(uploads).toHaveLength(5);
    for (const { tensors, bytes } of uploads) {
      const { training, calibration } = tensors;
      expect([training.type, calibration.type]).toEqual(['F32', 'F32']);
      expect(bytes).toBeGreaterThan(4 * (training.data.length + calibration.data.length));
    }
    expect(sent('upload', 'train', 1).every(({ bytes }) => bytes === 0)).toBe(true);
    const { outcome: fewer } = await run('pooled', 'clients=4');
    expect(detectors(fewer)[0]).not.toEqual(detectors(outcome)[0]);
  });

  it('takes in who comes later, and keeps who has left', async () => {
    const prepared = await prepareScenario(await swarmScenario('method.name=pooled', ...small));
    const [segment] = prepared.federation.segments;
    const present: Record<string, number[]> = { 'client-1': [0], 'client-2': [2] };
    const isAvailable = (client: string, round: number) => present[client]?.includes(round) ?? true;
    const segments = [{ ...segment, fleet: { ...segment.fleet, isAvailable } }];
    const outcome = await play({ ...prepared, federation: { ...prepared.federation, segments } });
    const sizes = Object.fromEntries(
      linesWith(outcome.lines, { event: 'sent', kind: 'upload' })
        .filter(({ bytes, step }) => bytes !== 0 && (step === 'initialise' || step === 'train'))
        .map(({ from, payload, round }) => {
          const message = decodeSafetensors(prepared.store.get({ hash: payload as string, bytes: 0 }), 'it');
          return [from as string, { round, patches: message.training.shape[0] }];
        }),
    );
    expect(Object.keys(sizes).sort()).toEqual([1, 2, 3, 4, 5].map((number) => `client-${number}`));
    expect(sizes['client-2'].round).toBe(2);
    const pool = decodeSafetensors(prepared.store.get(outcome.final.server.aligned), 'the pool');
    const total = Object.values(sizes).reduce((sum, { patches }) => sum + patches, 0);
    expect(pool.training.shape[0]).toBe(total);
  });

  it('costs the server what local costs a client, on the patches of all', async () => {
    const { prepared } = await run('pooled');
    const { settings } = prepared.federation.segments[0];
    const sizes = { ...prepared.federation.sizesOf('client-1'), clients: 1, has: () => true };
    const steps = { initialise: 'initialise', train: 'train', combine: 'finish' };
    for (const [step, known] of Object.entries(steps)) {
      const cost = methods.pooled.cost(step, 'server', sizes, settings);
      expect(cost).toBe(methods.local.cost(known, 'client', sizes, settings));
      expect(methods.pooled.cost(step, 'server', { ...sizes, clients: 3 }, settings)).toBeGreaterThan(cost);
      expect(methods.pooled.cost(step, 'client', sizes, settings)).toBe(0);
    }
  });

  it('refuses patches that a client could not have sampled', async () => {
    const uploads = await honestUploads('method.name=pooled', ...small);
    const problem = (change: (message: TensorMap) => TensorMap, settings = {}) =>
      refusal(uploads, 'initialise', change, settings);
    expect(problem((message) => message, { patches: 3 })).toMatch(/patches, more than 3/);
    expect(problem((message) => ({ ...message, calibration: message.training }))).toMatch(/more than/);
    expect(problem(replacing('training', shorter))).toMatch(/F32 matrix/);
    expect(problem((message) => ({ ...message, more: f32(1) }))).toMatch(/none were asked/);
    expect(problem(() => ({}))).toMatch(/no tensor training/);
  });
});

describe('fed-patchcore', () => {
  /** What PatchCore's paper says, word by word: always the patch whose nearest chosen patch is farthest. */
  function naiveCoreset(points: Matrix, first: number, count: number): number[] {
    const chosen = [first];
    const squared = (a: number, b: number) =>
      rowOf(points, a).reduce((sum, value, axis) => sum + (value - rowOf(points, b)[axis]) ** 2, 0);
    while (chosen.length < count) {
      const gaps = [...Array(points.rows).keys()].map((row) =>
        Math.min(...chosen.map((other) => squared(row, other))),
      );
      chosen.push(gaps.indexOf(Math.max(...gaps)));
    }
    return chosen;
  }

  it('uploads the patches that a naive greedy choice finds, once', async () => {
    const { sent, entry, outcome } = await run('fed-patchcore', 'method.precision=f32');
    const uploads = linesWith(outcome.lines, { event: 'sent', kind: 'upload', step: 'initialise' });
    sent('upload', 'initialise', 0).forEach(({ tensors, bytes }, at) => {
      expect(Object.keys(tensors)).toEqual(['vectors']);
      expect(bytes).toBe(encodeSafetensors(tensors).length);
      const uploaded = readMatrix(tensors, 'vectors');
      const patches = readMatrix(entry(uploads[at].from as string, 'aligned'), 'training');
      const rows = [...Array(patches.rows).keys()];
      const first = rows.find((row) => `${rowOf(patches, row).join()}` === rowOf(uploaded, 0).join())!;
      const expected = naiveCoreset(patches, first, 4);
      expect(expected.map((row) => rowOf(patches, row))).toEqual(
        [0, 1, 2, 3].map((row) => rowOf(uploaded, row)),
      );
    });
    for (const round of [1, 2])
      expect(sent('upload', 'train', round).every(({ bytes }) => bytes === 0)).toBe(true);
  });

  it('keeps all patches while they fit, else as many as fit, and all are clients’ patches', async () => {
    const memoryOf = async (...changes: string[]) => {
      const { entry, sent } = await run('fed-patchcore', 'method.precision=f32', ...changes);
      const rows = ({ rows: count, ...points }: Matrix) =>
        [...Array(count).keys()].map((row) => rowOf({ rows: count, ...points }, row).join());
      const uploaded = sent('upload', 'initialise', 0).flatMap(({ tensors }) =>
        rows(readMatrix(tensors, 'vectors')),
      );
      return { uploaded, anchors: rows(readMatrix(entry('client-1', 'detector'), 'anchors')) };
    };
    const whole = await memoryOf('method.memory.global=20');
    expect(whole.anchors.sort()).toEqual(whole.uploaded.sort());
    for (const coreset of ['greedy', 'random']) {
      const { anchors, uploaded } = await memoryOf(`method.rival.coreset=${coreset}`);
      expect(new Set(anchors).size).toBe(10);
      for (const anchor of anchors) expect(uploaded).toContain(anchor);
    }
  });

  it('costs more for more points, and for who has to catch up', async () => {
    const { prepared } = await run('fed-patchcore');
    const { settings } = prepared.federation.segments[0];
    const sizes = { ...prepared.federation.sizesOf('client-1'), has: () => false };
    const { cost } = methods['fed-patchcore'];
    const first = cost('initialise', 'client', sizes, settings);
    const doubled = { ...settings, memory: { ...settings.memory, upload: 2 * settings.memory.upload } };
    const more = cost('initialise', 'client', sizes, doubled) - first;
    expect(more).toBeGreaterThan(0);
    // Into the space, and as much for the first half of the points.
    expect(first - more).toBe(cost('finish', 'client', sizes, settings));
    expect(cost('train', 'client', { ...sizes, has: () => true }, settings)).toBe(0);
    const random = { ...settings, rival: { ...settings.rival, coreset: 'random' as const } };
    expect(cost('initialise', 'client', sizes, random)).toBe(first - more);
    expect(cost('combine', 'server', sizes, settings)).toBeGreaterThan(0);
  });

  it('has detectors without a generator, and without calibration when there is none', async () => {
    const plain = await run('fed-patchcore', 'method.calibration=none');
    const calibrated = await run('fed-patchcore');
    expect(Object.keys(plain.entry('client-1', 'detector')).sort()).toEqual([
      'anchors',
      'space.offset',
      'space.weights',
    ]);
    expect(Object.keys(calibrated.entry('client-1', 'detector'))).toContain('calibration.means');
  });

  it('refuses too many points, points of other dimensions, and more than it asked for', async () => {
    const uploads = await honestUploads('method.name=fed-patchcore', ...small);
    const memory = { ...uploads.of('initialise').inspection.settings.memory, upload: 3 };
    expect(refusal(uploads, 'initialise', (message) => message, { memory })).toMatch(/4 points, more than 3/);
    const narrow = replacing('vectors', ({ data, type }) => ({ type, data, shape: [data.length / 2, 2] }));
    expect(refusal(uploads, 'initialise', narrow)).toMatch(/2 dimensions/);
    expect(refusal(uploads, 'train', (message) => ({ ...message, more: f32(1) }))).not.toBeNull();
    expect(refusal(uploads, 'initialise', (message) => ({ ...message, more: f32(1) }))).toMatch(/none were/);
  });
});

describe('fed-proto', () => {
  it('uploads with one prototype the mean of all patches, and their number', async () => {
    const { sent, entry, outcome } = await run(
      'fed-proto',
      'method.rival.prototypes=1',
      'method.precision=f32',
    );
    const uploads = linesWith(outcome.lines, { event: 'sent', kind: 'upload', step: 'initialise' });
    sent('upload', 'initialise', 0).forEach(({ tensors }, at) => {
      const patches = readMatrix(entry(uploads[at].from as string, 'aligned'), 'training');
      expect([...tensors.weights.data]).toEqual([patches.rows]);
      const prototype = rowOf(readMatrix(tensors, 'vectors'), 0);
      for (let axis = 0; axis < 4; axis++) {
        let sum = 0;
        for (let row = 0; row < patches.rows; row++) sum += rowOf(patches, row)[axis];
        expect(prototype[axis]).toBeCloseTo(sum / patches.rows, 5);
      }
    });
    expect(entry('client-1', 'detector').anchors.shape).toEqual([5, 4]);
  });

  it('averages what is alike when it is more than fits, and counts no patch twice', async () => {
    const { prepared, outcome, sent } = await run('fed-proto', 'method.rival.prototypes=4');
    const memory = decodeSafetensors(prepared.store.get(outcome.final.server.memory), 'the memory');
    expect(memory.vectors.shape).toEqual([10, 4]);
    const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((a, b) => a + b, 0);
    const uploaded = sent('upload', 'initialise', 0).map(({ tensors }) =>
      sum(tensors.weights.data as Float32Array),
    );
    expect(sum(memory.weights.data as Float32Array)).toBe(sum(uploaded));
  });

  it('refuses more patches than a client samples, and says when no prototype may leave', async () => {
    const uploads = await honestUploads('method.name=fed-proto', ...small);
    const heavy = replacing('weights', ({ data, ...tensor }) => ({
      ...tensor,
      data: Float32Array.from(data as Float32Array, () => 1000),
    }));
    expect(refusal(uploads, 'initialise', heavy)).toMatch(/stand for/);
    expect(refusal(uploads, 'initialise', replacing('weights', shorter))).toMatch(/weights has/);
    await expect(run('fed-proto', 'method.memory.minimumPatches=1000')).rejects.toThrow(/minimumPatches/);
  });
});

describe('a client of fed-proto that missed the calibration', () => {
  const client = 'client-2';
  const given = {
    schedule: { deadline: 120 },
    faults: [{ kind: 'lose', client, direction: 'down', step: 'calibrate' }],
  };

  async function outcome(minimumPatches: number) {
    const changes = ['method.name=fed-proto', ...small, 'method.rival.prototypes=1', 'method.precision=f32'];
    const prepared = await preparedSwarm(...changes, `method.memory.minimumPatches=${minimumPatches}`);
    const { final } = await play(prepared, given);
    const entry = (name: string) =>
      decodeSafetensors(prepared.store.get(final.clients.get(client)![name]), name);
    return { final, entry };
  }

  it('judges by its own prototypes, though none of them may leave it', async () => {
    const free = await outcome(1);
    expect(Object.keys(free.final.clients.get(client)!)).not.toContain('memory');
    const patches = free.entry('aligned').training.shape[0];
    const sizes = [1, 3, 4, 5].map((other) => free.final.clients.get(`client-${other}`)!.aligned.bytes);
    // Others have more patches: their prototypes are the memory.
    expect(Math.max(...sizes)).toBeGreaterThan(free.final.clients.get(client)!.aligned.bytes);
    const held = await outcome(patches + 1);
    expect(held.entry('detector').anchors).toEqual(free.entry('detector').anchors);
    expect(held.entry('detector').anchors.shape).toEqual([1, 4]);
    expect(held.entry('sent')).not.toEqual(free.entry('sent'));
  });
});

it.each([
  ['local', 'client client-[0-9]', []],
  ['pooled', 'the federation', ['clients=1']],
  ['feddymem', 'client client-1', ['clients=1']],
] as const)('%s says whose patches are all alike', async (name, source, changes) => {
  const one = ['method.patches=1', 'method.memory.local=1', 'method.memory.upload=1'];
  const prepared = await preparedSwarm(`method.name=${name}`, ...small, ...one, ...changes);
  expect(await failureOf(prepared, { onFailure: 'escalate' })).toMatch(
    new RegExp(`the features of ${source} are the same in all 1 sampled patches`),
  );
});

it.each(['pooled', 'fed-patchcore', 'fed-proto'] as const)(
  '%s finds the defects of an easy world, held-out clients too',
  async (name) => {
    const scenario = parseScenario(
      {
        name: 'easy',
        clients: 4,
        data: { source: 'features', products: 2, separation: 6, defectShift: 8 },
        holdOut: ['client-4'],
        method: {
          name,
          rounds: 1,
          alignment: 'none',
          patches: 200,
          memory: { local: 24, upload: 24, global: 96, minimumPatches: 1 },
          training: { steps: 4, batchSize: 64 },
        },
      },
      'test',
    );
    const { result } = await runScenario(scenario, { cacheFolder: temporaryFolder(), workers: 'inline' });
    expect(result.mean.own!.imageAuroc).toBeGreaterThan(0.85);
    expect(result.mean.unseen!.imageAuroc).not.toBeNull();
  },
);
