import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/base/safetensors.js';
import type { TensorMap } from '../../../src/base/tensor.js';
import type { BlobReference } from '../../../src/base/blob.js';
import type { StepOutcome } from '../../../src/actors/steps.js';
import { decodeFloat16 } from '../../../src/base/float16.js';
import { faultKinds, type Fault } from '../../../src/sim/faults/schema.js';
import type { BlobStore } from '../../../src/sim/run/blob-store.js';
import { inspector } from '../../../src/sim/run/inspect.js';
import type { PreparedRun } from '../../../src/sim/run/prepare.js';
import { loadScenario } from '../../../src/sim/scenario/load.js';
import { planOf, trySchedule, type Sabotage } from '../../../src/sim/swarm/schedules.js';
import { trySeeds } from '../../../src/sim/swarm/swarm-worker.js';
import { faultsOf, prepareScenario, preparedSwarm, swarmScenario } from '../run/samples.js';

const scenario = await loadScenario('scenarios/swarm.yaml');
const run = await prepareScenario(scenario);

describe('scenarios/swarm.yaml', () => {
  it('survives whatever its first 150 seeds do to it', async () => {
    const { failures, finished, abandoned, events } = await trySeeds(run, {
      scenario,
      firstSeed: 0,
      seeds: 150,
    });
    expect(failures).toEqual([]);
    expect(finished + abandoned).toBe(150);
    expect(finished).toBeGreaterThan(140);
    expect(events).toBeGreaterThan(100 * finished);
  });

  it('ends in the same way for the same seed, in another preparation too', async () => {
    const again = await prepareScenario(scenario);
    for (const seed of [3, 17]) {
      const verdict = await trySchedule(run, planOf(scenario, run.federation, seed));
      expect(verdict.kind).toBe('finished');
      expect(await trySchedule(again, planOf(scenario, again.federation, seed))).toEqual(verdict);
      expect(await trySchedule(run, planOf(scenario, run.federation, seed + 1))).not.toEqual(verdict);
    }
  });
});

describe('planOf', () => {
  it('sets what the scenario sets, and draws the rest from the seed', async () => {
    const plan = faultsOf([{ kind: 'job-fails', client: 'client-1', step: 'train' }]);
    const given = { ...scenario, faults: { ...scenario.faults, plan } };
    const planned = planOf(given, run.federation, 5);
    expect(planned.slice(0, 1)).toEqual(plan);
    expect(planned.slice(1)).toEqual(planOf(scenario, run.federation, 5));
    expect(planned).toHaveLength(5);
  });

  it('follows the seed of the swarm, not one of the scenario', () => {
    const draw = { count: 3, kinds: [...faultKinds], horizon: 60, seed: 9 };
    const given = { ...scenario, faults: { ...scenario.faults, draw } };
    expect(planOf(given, run.federation, 1)).not.toEqual(planOf(given, run.federation, 2));
  });

  it('draws three faults where the scenario draws none', async () => {
    expect(planOf(await swarmScenario(), run.federation, 1)).toHaveLength(3);
  });
});

describe('trySchedule', () => {
  it('tells a world that gives up from a defect', async () => {
    const plan = run.federation.participants.map((client): Fault => ({
      kind: 'job-fails',
      client,
      step: 'initialise',
    }));
    const resuming = await preparedSwarm('faults.supervision.onFailure=resume');
    expect(await trySchedule(resuming, plan)).toMatchObject({
      kind: 'abandoned',
      reason: expect.stringContaining('step "initialise" was abandoned (0 of at least 1') as string,
    });
    const stuck = await preparedSwarm('schedule={}');
    const crash: Fault = { kind: 'crash', actor: 'client-1', at: 1, restartAfter: null };
    expect(await trySchedule(stuck, [crash])).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('the simulation is stuck') as string,
    });
  });
});

describe('planted defects', () => {
  it('a server that averages what is not a number: found, and shrunk to the upload that does it', async () => {
    const { failures } = await trySeeds(run, { scenario, firstSeed: 0, seeds: 100 }, naiveServer(run));
    expect(failures.length).toBeGreaterThan(0);
    for (const { plan, reason, drawn } of failures) {
      expect(plan).toMatchObject([{ kind: 'invalid', how: 'not-a-number' }]);
      expect(reason).toMatch(
        /an invariant is broken .*the server sends \w+ with a number that is not finite/,
      );
      expect(drawn).toBe(4);
    }
  });

  it('a server that errs when two clients are absent at once: found, and shrunk to both faults', async () => {
    const given = await swarmScenario(
      'faults={draw: {count: 6, kinds: [invalid, duplicate, delay]}, supervision: {onFailure: restart}}',
    );
    const twoFaults = await prepareScenario(given);
    const { failures } = await trySeeds(
      twoFaults,
      { scenario: given, firstSeed: 0, seeds: 40 },
      forgetfulServer,
    );
    expect(failures.length).toBeGreaterThan(0);
    for (const { plan, drawn } of failures) {
      expect(drawn).toBe(6);
      const [first, second, ...more] = plan as (Fault & { kind: 'invalid' })[];
      expect(more).toEqual([]);
      expect([first.kind, second.kind]).toEqual(['invalid', 'invalid']);
      expect(second.client).not.toBe(first.client);
      expect(second.round).toBe(first.round);
    }
  });
});

/** Its inspection has forgotten what is not a number, and its aggregation hands it on. */
function naiveServer({ federation, store }: PreparedRun): Sabotage {
  const honest = inspector(federation, store);
  return {
    inspect(step, client, payload, local) {
      const problem = honest(step, client, payload, local);
      return problem !== null && hasNaN(readable(store, payload)) ? null : problem;
    },
    run: (compute, blobs) => async (job) => {
      if (job.role !== 'server' || !job.step.retains) return compute(job);
      const received = job.received.map((entry) => {
        const tensors = readable(blobs, entry.payload)!;
        return hasNaN(tensors) ? { ...entry, payload: kept(blobs, withoutNaN(tensors)) } : entry;
      });
      const outcome = await compute({ ...job, received });
      const isTainted = received.some(({ payload }, at) => payload !== job.received[at].payload);
      return isTainted ? tainted(blobs, outcome) : outcome;
    },
  };
}

/** It loses count when two last memories speak for absent clients. */
const forgetfulServer: Sabotage = {
  run: (compute, blobs) => async (job) => {
    const outcome = await compute(job);
    const absent = job.received.filter(({ weight }) => weight < 1);
    return job.role === 'server' && absent.length >= 2 ? tainted(blobs, outcome) : outcome;
  },
};

function tainted(store: BlobStore, outcome: StepOutcome): StepOutcome {
  const memory = readable(store, outcome.message)!;
  const { weights } = memory;
  const message = kept(store, {
    ...memory,
    weights: { ...weights, data: weights.data.map(() => NaN) as Float32Array },
  });
  return { ...outcome, message };
}

function readable(store: BlobStore, payload: BlobReference | null): TensorMap | null {
  try {
    return payload && decodeSafetensors(store.get(payload), 'it');
  } catch {
    return null;
  }
}

function kept(store: BlobStore, tensors: TensorMap): BlobReference {
  const bytes = encodeSafetensors(tensors);
  return store.put({ hash: sha256(bytes), bytes });
}

const isNaNOf = (type: string, value: number) =>
  Number.isNaN(type === 'F16' ? decodeFloat16(Uint16Array.of(value))[0] : value);

function hasNaN(tensors: TensorMap | null): boolean {
  return Object.values(tensors ?? {}).some(({ type, data }) =>
    [...data].some((value) => isNaNOf(type, value)),
  );
}

function withoutNaN(tensors: TensorMap): TensorMap {
  const cleaned = Object.entries(tensors).map(([name, { type, shape, data }]) => {
    const copy = data.slice();
    for (const [at, value] of copy.entries()) if (isNaNOf(type, value)) copy[at] = 0;
    return [name, { type, shape, data: copy }] as const;
  });
  return Object.fromEntries(cleaned);
}
