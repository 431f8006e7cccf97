import { FeddymemError, messageOf } from '../../base/errors.js';
import { drawFaults } from '../faults/draw.js';
import { faultKinds, type Fault } from '../faults/schema.js';
import type { Federation, Inspect } from '../run/federation.js';
import type { PreparedRun } from '../run/prepare.js';
import { simulate } from '../run/simulate.js';
import type { StepRunner } from '../run/step-runner.js';
import type { Scenario } from '../scenario/schema.js';

/** How one schedule ended. `abandoned`: with a reason the simulated world may give; `failed`: as it never should. */
export type Verdict =
  | { readonly kind: 'finished'; readonly events: number; readonly digest: string }
  | { readonly kind: 'abandoned'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Planted defects, for tests of what the swarm finds. */
export interface Sabotage {
  readonly inspect?: Inspect;
  readonly run?: (run: StepRunner['run'], store: PreparedRun['store']) => StepRunner['run'];
}

/** A seed's faults. */
export function planOf(scenario: Scenario, { participants, steps }: Federation, seed: number): Fault[] {
  const { plan, draw } = scenario.faults;
  const drawing = draw ?? { count: 3, kinds: [...faultKinds], horizon: 60 };
  return [...plan, ...drawFaults({ ...drawing, seed }, seed, participants, steps)];
}

/** Runs one schedule with all checks on. Never throws, but for what is no finding. */
export async function trySchedule(
  { federation, steps, store }: PreparedRun,
  plan: readonly Fault[],
  { inspect, run = (given) => given }: Sabotage = {},
): Promise<Verdict> {
  const segments = federation.segments.map((segment) => ({ ...segment, faults: plan }));
  try {
    const { events, digest } = await simulate(
      { ...federation, segments },
      { run: run(steps.run, store), fetch: steps.fetch, store, check: true, inspect },
    );
    return { kind: 'finished', events, digest };
  } catch (error) {
    const reason = messageOf(error);
    // A world in which nobody answers an essential step has an end of its own; everything else is a finding.
    const abandoned = error instanceof FeddymemError && / was abandoned \(/.test(reason);
    return { kind: abandoned ? 'abandoned' : 'failed', reason };
  }
}

/**
 * The fewest faults of a plan that still fail: each that can be left out is, until none can.
 * @returns a plan that fails, every fault of which is needed
 */
export async function shrink(
  plan: readonly Fault[],
  fails: (plan: readonly Fault[]) => Promise<boolean>,
): Promise<readonly Fault[]> {
  let smallest = plan;
  for (let size = Math.max(1, smallest.length >> 1); size >= 1; size >>= 1) {
    for (let at = 0; at < smallest.length;) {
      const fewer = [...smallest.slice(0, at), ...smallest.slice(at + size)];
      if (await fails(fewer)) smallest = fewer;
      else at += size;
    }
    // What was needed beside a fault that is gone now may not be any more: single faults are tried until none goes.
    if (size === 1) {
      const before = smallest.length;
      for (let at = 0; at < smallest.length; at++) {
        const fewer = smallest.filter((_, index) => index !== at);
        if (await fails(fewer)) {
          smallest = fewer;
          at = -1;
        }
      }
      if (smallest.length === before) break;
    }
  }
  return smallest;
}
