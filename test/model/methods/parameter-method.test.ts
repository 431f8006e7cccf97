import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../../src/base/safetensors.js';
import { readFloat32, readFloat64 } from '../../../src/base/tensor.js';
import { learners } from '../../../src/model/learners/registry.js';
import { sizeOf } from '../../../src/model/engine/shapes.js';
import { methods, type MethodName } from '../../../src/model/methods/registry.js';
import { linesWith, play, preparedSwarm, type Outcome } from '../../sim/run/samples.js';

const small = [
  'method.dimensions=4',
  'method.rounds=2',
  'method.rival.hidden=6',
  'method.rival.bottleneck=3',
];
const names = Object.keys(learners) as (keyof typeof learners)[];

async function run(method: MethodName, ...changes: string[]) {
  const prepared = await preparedSwarm(`method.name=${method}`, ...small, ...changes);
  return { prepared, outcome: await play(prepared) };
}

const detectors = ({ final }: Outcome) =>
  [...final.clients].map(([client, { detector }]) => [client, detector.hash]);

describe.each(names)('%s', (learner) => {
  it('shared by FedProx with μ = 0 is shared by FedAvg, to the last bit of the journal', async () => {
    const average = await run(`fedavg-${learner}`);
    const proximal = await run(`fedprox-${learner}`, 'method.rival.fedprox.mu=0');
    expect(proximal.outcome.digest).toBe(average.outcome.digest);
    const held = await run(`fedprox-${learner}`, 'method.rival.fedprox.mu=10');
    expect(held.outcome.digest).not.toBe(average.outcome.digest);
  });

  it.each(['none', 'minor', 'pca'])(
    'alone is FedAvg of one client, to the bits of its detector (alignment %s)',
    async (alignment) => {
      const changes = ['clients=1', `method.alignment=${alignment}`];
      const average = await run(`fedavg-${learner}`, ...changes);
      const alone = await run(`local-${learner}`, ...changes);
      expect(detectors(alone.outcome)).toEqual(detectors(average.outcome));
      expect(linesWith(alone.outcome.lines, { kind: 'broadcast' }).every(({ bytes }) => bytes === 0)).toBe(
        true,
      );
    },
  );

  it('costs what its formula says: more for every step, and for who has to catch up', () => {
    const sizes = {
      trainingImages: 10,
      patchesPerImage: 100,
      channels: 32,
      clients: 4,
      has: () => true,
    };
    const settings = async (...changes: string[]) =>
      (await preparedSwarm(`method.name=fedavg-${learner}`, ...changes)).federation.segments[0].settings;
    return Promise.all([settings('method.training.steps=10'), settings('method.training.steps=20')]).then(
      ([ten, twenty]) => {
        const { cost } = methods[`fedavg-${learner}`];
        const base = 2 * cost('train', 'client', sizes, ten) - cost('train', 'client', sizes, twenty);
        const steps = cost('train', 'client', sizes, twenty) - cost('train', 'client', sizes, ten);
        expect(steps).toBeGreaterThan(0);
        expect(base).toBeGreaterThanOrEqual(0);
        if (learner !== 'cfa') expect(base).toBe(0);
        const late = { ...sizes, has: () => false };
        expect(cost('train', 'client', late, ten)).toBe(
          cost('train', 'client', sizes, ten) + cost('initialise', 'client', late, ten),
        );
        expect(cost('train', 'server', sizes, ten)).toBe(0);
      },
    );
  });
});

describe('what goes over the wire', () => {
  /** Lengths of a method's messages, by kind and step. */
  async function lengths(method: MethodName) {
    const { prepared, outcome } = await run(method);
    const read = (payload: unknown) =>
      decodeSafetensors(prepared.store.get({ hash: payload as string, bytes: 0 }), 'a message');
    const of = (kind: string, step: string, round: number) =>
      read(linesWith(outcome.lines, { event: 'sent', kind, step, round })[0].payload);
    return { of, settings: prepared.federation.segments[0].settings };
  }

  it('is every parameter and a count up, every parameter and the constant down', async () => {
    const { of, settings } = await lengths('fedavg-svdd');
    const shapes = learners.svdd.parameterShapes(4, settings);
    const parameters = shapes.map((_, index) => `parameter.${index}`);
    expect(Object.keys(of('upload', 'initialise', 0)).sort()).toEqual(['count', 'sums']);
    expect(Object.keys(of('broadcast', 'train', 1))).toEqual(['constant']);
    expect(Object.keys(of('upload', 'train', 1)).sort()).toEqual([...parameters, 'patches']);
    const down = of('broadcast', 'train', 2);
    expect(Object.keys(down).sort()).toEqual(['constant', ...parameters]);
    shapes.forEach((shape, index) =>
      expect(readFloat32(down, `parameter.${index}`)).toHaveLength(sizeOf(shape)),
    );
    expect(readFloat64(of('upload', 'train', 1), 'patches')[0]).toBeGreaterThan(0);
  });

  it('under SCAFFOLD is as much again in control variates, both ways', async () => {
    const { of, settings } = await lengths('scaffold-simplenet');
    const blocks = learners.simplenet.parameterShapes(4, settings).length;
    const count = (tensors: object, group: string) =>
      Object.keys(tensors).filter((name) => name.startsWith(group)).length;
    for (const message of [of('upload', 'train', 1), of('broadcast', 'train', 2)]) {
      expect(count(message, 'parameter.')).toBe(blocks);
      expect(count(message, 'control.')).toBe(blocks);
    }
  });

  it('makes the centre of Deep SVDD the mean over all clients, kept away from 0', async () => {
    const { prepared, outcome } = await run('fedavg-svdd');
    const uploads = linesWith(outcome.lines, { event: 'sent', kind: 'upload', step: 'initialise' }).map(
      ({ payload }) =>
        decodeSafetensors(prepared.store.get({ hash: payload as string, bytes: 0 }), 'an upload'),
    );
    expect(uploads).toHaveLength(5);
    const total = uploads.reduce((sum, upload) => sum + readFloat64(upload, 'count')[0], 0);
    const mean = [0, 1, 2].map(
      (at) => uploads.reduce((sum, upload) => sum + readFloat64(upload, 'sums')[at], 0) / total,
    );
    const centre = readFloat32(
      decodeSafetensors(prepared.store.get(outcome.final.server.constant), 'the constant'),
      'constant',
    );
    const least = 0.1 * Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0) / mean.length);
    mean.forEach((value, at) => {
      const expected = Math.abs(value) < least ? Math.sign(value) * least : value;
      expect(centre[at]).toBeCloseTo(expected, 5);
    });
  });
});
