import type { ServerConfiguration } from '../../actors/server-state.js';
import type { Step } from '../../actors/steps.js';
import type { MethodChoice } from '../../model/methods/own-method.js';
import type { Method, StepSizes } from '../../model/methods/method.js';
import type { MethodSettings } from '../../model/methods/settings.js';
import type { Fault, FaultSettings } from '../faults/schema.js';
import type { Fleet } from '../fleet/fleet.js';
import type { ScheduleSettings } from '../schedule/schema.js';

/** What holds from a round on. A run has one segment; every fork adds one. */
export interface Segment {
  readonly fromRound: number;
  readonly settings: MethodSettings;
  /** How a run ends that these settings hold for to its end. */
  readonly finishing: readonly FederationStep[];
  readonly schedule: ScheduleSettings;
  readonly fleet: Fleet;
  /** Floating-point operations a second. */
  readonly serverSpeed: number;
  readonly faults: readonly Fault[];
  readonly supervision: FaultSettings['supervision'];
}

/** All that a simulation is made of, but for the work itself. */
export interface Federation {
  readonly method: Method;
  /** Its name, or the path and hash of a module. */
  readonly methodChoice: MethodChoice;
  readonly seed: number;
  readonly participants: readonly string[];
  readonly heldOut: readonly string[];
  /** Those who take part and finish: all, or a sample. */
  readonly evaluated: readonly string[];
  /** In the order of their rounds; never empty. */
  readonly segments: readonly Segment[];
  readonly steps: readonly FederationStep[];
  sizesOf(client: string): Omit<StepSizes, 'has'>;
}

export interface FederationStep extends Step {
  readonly finishing: boolean;
}

/** What holds in a round; before the rounds, what held at the start. */
export function segmentAt(segments: readonly Segment[], round: number | null): Segment {
  return segments.findLast(({ fromRound }) => fromRound <= (round ?? 0)) ?? segments[0];
}

/** Whether a step is run with a buffer: a round of training, where the schedule says so. */
export function isBuffered({ schedule }: Pick<Segment, 'schedule'>, { audience, round }: Step): boolean {
  return schedule.mode === 'buffered' && audience === 'cohort' && (round ?? 0) > 0;
}

/** The steps of a method under given settings, as actors see them. */
export function stepsOf(
  method: Method,
  settings: MethodSettings,
  heldOut: readonly string[],
): FederationStep[] {
  return method.steps(settings, heldOut.length > 0).map((step) => ({
    name: step.name,
    round: step.round,
    audience: step.audience,
    aggregates: Object.hasOwn(method.server, step.name),
    essential: step.essential ?? false,
    retains: step.retains ?? false,
    finishing: step.finishing ?? false,
  }));
}

export type Inspect = ServerConfiguration['inspect'];
