import { resolve } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../src/model/engine/engine.js';
import { countOperations } from '../../../src/model/engine/operations.js';
import { trace } from '../../../src/model/engine/trace.js';
import { traceTrainingStep } from '../../../src/model/engine/training-step.js';
import { methods } from '../../../src/model/methods/registry.js';
import { play, preparedSwarm } from '../../sim/run/samples.js';

/** What engines computed: steps of training, and what they ran between two steps of a round. */
const counted = { steps: 0, training: 0, between: 0 };

vi.mock(import('../../../src/model/engine/registry.js'), async (original) => {
  const actual = await original();
  return { ...actual, createEngine: async (...given) => counting(await actual.createEngine(...given)) };
});

/** The engine, with every graph that it runs counted: what a prediction is measured against. */
function counting(engine: Engine): Engine {
  let pending = 0;
  let isBetween = false;
  return {
    ...engine,
    compile(key, shapes, define) {
      const program = engine.compile(key, shapes, define);
      const operations = countOperations(trace(shapes, define));
      return {
        run: (inputs, into) => {
          pending += operations;
          return program.run(inputs, into);
        },
      };
    },
    // Called once a round.
    compileTraining(key, definition) {
      const step = engine.compileTraining(key, definition);
      const operations = countOperations(traceTrainingStep(definition));
      isBetween = false;
      return {
        run: (state, inputs) => {
          if (isBetween) counted.between += pending;
          pending = 0;
          isBetween = true;
          counted.steps++;
          counted.training += operations;
          return step.run(state, inputs);
        },
      };
    },
  };
}

const [steps, rounds] = [8, 2];
const sizes = [
  `method.rounds=${rounds}`,
  'method.dimensions=16',
  'method.patches=256',
  'method.memory={local: 24, upload: 12, global: 32, minimumPatches: 0}',
  'data.trainImages=24',
  'data.minimumTrainImages=24',
  'data.channels=24',
];

/** Predicted operations of all training in a run, and those that were computed. */
async function measured(...changes: readonly string[]) {
  const run = await preparedSwarm(
    ...sizes,
    `method.training.steps=${steps}`,
    'method.training.batchSize=32',
    ...changes,
  );
  const { federation } = run;
  const { method, participants, sizesOf } = federation;
  const { settings } = federation.segments[0];
  const untrained = { ...settings, training: { ...settings.training, steps: 0 } };
  const { seen } = await play(run);
  let predicted = 0;
  for (const event of seen) {
    if (event.kind !== 'compute') continue;
    const { step, role, actor, local } = event.job;
    const given = {
      ...sizesOf(role === 'client' ? actor : participants[0]),
      has: (entry: string) => Object.hasOwn(local, entry),
    };
    const cost = (of: typeof settings) => method.cost(step.name, role, given, of);
    predicted += cost(settings) - (method.name === 'fedavg-logistic' ? 0 : cost(untrained));
  }
  // What follows a round's last step can't be told from what follows the round.
  return { predicted, actual: counted.training + (counted.between * steps) / (steps - 1) };
}

beforeEach(() => {
  Object.assign(counted, { steps: 0, training: 0, between: 0 });
});

describe('the training that virtual time is told of, against the graphs that engines run', () => {
  const trained = Object.keys(methods).filter((name) => !['fed-patchcore', 'fed-proto'].includes(name));

  it.each(trained)('agrees within a twentieth: %s', async (name) => {
    const { predicted, actual } = await measured(`method.name=${name}`);
    expect(counted.steps).toBeGreaterThanOrEqual(rounds * steps);
    expect(Math.abs(predicted / actual - 1)).toBeLessThan(0.05);
  });

  it.each([
    ['loss=attract', []],
    ['loss=noise', []],
    ['loss=info-nce', []],
    ['generator=residual-mlp', []],
    ['spreadPenalty=0.5', []],
    ['replay=none', ['method.update=ema']],
    ['replayShare=0.5', ['method.update=ema']],
    ['loss=hypersphere', ['method.space=embedding']],
    ['loss=hypersphere', ['method.space=embedding', 'method.update=ema']],
    [`loss=${resolve('examples/cosine-loss.mjs')}`, []],
    [`generator=${resolve('examples/low-rank-generator.mjs')}`, ['method.update=ema']],
    ['loss=hypersphere', ['method.reduce=none']],
  ] as const)('agrees within a twentieth: %s %j', async (change, others) => {
    const { predicted, actual } = await measured(`method.training.${change}`, ...others);
    expect(counted.steps).toBeGreaterThan(0);
    expect(Math.abs(predicted / actual - 1)).toBeLessThan(0.05);
  });

  it('agrees within a twentieth for a method of a module that counts by itself', async () => {
    const module = resolve('examples/fedavg-logistic.mjs');
    const { predicted, actual } = await measured(`method.name=${module}`);
    expect(counted.steps).toBeGreaterThan(0);
    expect(Math.abs(predicted / actual - 1)).toBeLessThan(0.05);
  });

  it.each(['fed-patchcore', 'fed-proto'])('is none of both: %s', async (name) => {
    expect(await measured(`method.name=${name}`)).toEqual({ predicted: 0, actual: 0 });
  });

  it.each(['generator', 'loss'])('is none of both where the %s is none', async (part) => {
    expect(await measured(`method.training.${part}=none`)).toEqual({ predicted: 0, actual: 0 });
  });
});
