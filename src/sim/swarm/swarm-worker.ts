import type { Fault } from '../faults/schema.js';
import { prepareRun, type PreparedRun } from '../run/prepare.js';
import type { Scenario } from '../scenario/schema.js';
import { planOf, shrink, trySchedule, type Sabotage } from './schedules.js';

/** A range of seeds for one thread. */
export interface SwarmTask {
  readonly scenario: Scenario;
  readonly cacheFolder: string;
  readonly firstSeed: number;
  readonly seeds: number;
}

export interface SwarmFailure {
  readonly seed: number;
  readonly reason: string;
  /** The fewest faults that still fail. */
  readonly plan: readonly Fault[];
  /** Faults it was drawn with. */
  readonly drawn: number;
}

export interface SwarmOutcome {
  readonly finished: number;
  readonly abandoned: number;
  readonly events: number;
  readonly failures: readonly SwarmFailure[];
}

/** Jobs are pure: schedules of one thread share their results, so that hardly anything is computed twice. */
let prepared: { readonly key: string; readonly run: PreparedRun } | undefined;

/** The worker threads' entry. */
export async function runSwarmTask(task: SwarmTask): Promise<SwarmOutcome> {
  const key = JSON.stringify(task.scenario);
  if (prepared?.key !== key) {
    await prepared?.run.close();
    const { scenario, cacheFolder } = task;
    const segments = [{ fromRound: 0, scenario }];
    prepared = {
      key,
      run: await prepareRun(segments, { cacheFolder, workers: 'inline', results: 'off' }, () => undefined),
    };
  }
  return trySeeds(prepared.run, task);
}

export async function trySeeds(
  run: PreparedRun,
  { scenario, firstSeed, seeds }: Omit<SwarmTask, 'cacheFolder'>,
  sabotage?: Sabotage,
): Promise<SwarmOutcome> {
  let finished = 0;
  let abandoned = 0;
  let events = 0;
  const failures: SwarmFailure[] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const drawn = planOf(scenario, run.federation, seed);
    const verdict = await trySchedule(run, drawn, sabotage);
    if (verdict.kind === 'finished') {
      finished++;
      events += verdict.events;
    } else if (verdict.kind === 'abandoned') abandoned++;
    else {
      const plan = await shrink(
        drawn,
        async (fewer) => (await trySchedule(run, fewer, sabotage)).kind === 'failed',
      );
      failures.push({ seed, reason: verdict.reason, plan, drawn: drawn.length });
    }
  }
  return { finished, abandoned, events, failures };
}
