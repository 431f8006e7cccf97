import type { BlobMap } from '../../base/blob.js';
import type { RoundResult } from '../result/run-result.js';
import type { Scenario } from '../scenario/schema.js';
import { roundView } from './client-results.js';
import { segmentAt, type Segment } from './federation.js';
import { finishFrom } from './finish-from.js';
import { createMemoryDrifts } from './memory-drift.js';
import type { PreparedRun } from './prepare.js';
import type { Progress } from './run-scenario.js';
import type { FederationScores, Judging, Look } from './scores.js';
import { createScoringDesk } from './scoring-desk.js';
import type { StepEnd } from './simulate.js';
import type { Snapshot } from './step-runner.js';
import type { Traffic } from './traffic.js';

type Measured = Pick<RoundResult, 'own' | 'global' | 'finishingBytes'>;

export interface Rounds {
  /** Begins the evaluation of a round that has ended; the simulation goes on meanwhile. */
  onStepDone(end: StepEnd): void;
  /** Waits for the rounds that are scored as they end. */
  closed(): Promise<void>;
  /** The simulation has ended: results of all rounds but the last, in their order, and everyone's final scores. */
  end(
    states: ReadonlyMap<string, BlobMap>,
  ): Promise<{ readonly earlier: readonly RoundResult[]; readonly scores: FederationScores }>;
  /** The last round's result, from the final scores. */
  last(scores: FederationScores): RoundResult;
}

/**
 * Figures round by round, each as if no other followed: the finishing steps, run aside from a snapshot.
 * @param atEnd scores all rounds together at the end, which is faster; otherwise each as soon as it has ended
 */
export function createRounds(
  scenario: Scenario,
  { federation, clients, features, executor, steps }: PreparedRun,
  traffic: Traffic,
  onProgress: (progress: Progress) => void,
  atEnd: boolean,
): Rounds {
  const { evaluated, heldOut, segments } = federation;
  const scorable = new Set([...evaluated, ...heldOut]);
  /** Whose images are scored. */
  const audience = clients.filter(({ id }) => scorable.has(id));
  const { rounds } = segmentAt(segments, Infinity).settings;
  /** By round: what its evaluation measures. */
  const closing = new Map<number, Promise<Measured>>();
  const drifts = createMemoryDrifts(steps);

  const desk = createScoringDesk(executor, { clients: audience, features, participants: evaluated }, atEnd);

  async function look(
    coming: Promise<ReadonlyMap<string, BlobMap>> | ReadonlyMap<string, BlobMap>,
    wanted: Pick<Look, 'scope' | 'cells'>,
  ): Promise<Look> {
    const states = [...(await coming)];
    const detectors = states.map(
      async ([id, local]) =>
        [id, Object.hasOwn(local, 'detector') ? await steps.fetch(local.detector) : null] as const,
    );
    return { ...wanted, detectors: new Map(await Promise.all(detectors)) };
  }

  /** What is known of a round now: late messages still count there as long as the simulation goes on. */
  function described(round: number, measured: Measured): RoundResult {
    const { losses, abandoned, ...facts } = traffic.round(round);
    const loss = losses.length > 0 ? losses.reduce((sum, value) => sum + value, 0) / losses.length : null;
    const memoryDrift = drifts.of(round);
    return {
      round,
      ...measured,
      ...facts,
      ...(abandoned !== null && { abandoned }),
      loss,
      ...(memoryDrift !== undefined && { memoryDrift }),
    };
  }

  function told(round: number, measured: Measured): RoundResult {
    const result = described(round, measured);
    onProgress({ kind: 'round', round: result, rounds });
    return result;
  }

  const views = scenario.evaluate.rounds;

  async function close(snapshot: Snapshot, round: number): Promise<Measured> {
    const segment = segmentAt(segments, round);
    const finished = finishFrom(steps, segment, snapshot, federation);
    const states = finished.then((each) => each.states);
    const scope = views.includes('global') ? 'global' : 'own';
    const scored = await desk.score(look(states, { scope, cells: false }), judgingIn(segment));
    const view = roundView(scored, audience, evaluated, views);
    const measured = { ...view, finishingBytes: (await finished).bytes };
    told(round, measured);
    return measured;
  }

  async function earlierResults(): Promise<RoundResult[]> {
    await drifts.settled();
    const results: RoundResult[] = [];
    for (let round = 0; round < rounds; round++) {
      const measured = closing.get(round);
      // A round that was abandoned has no end of its own to measure.
      results.push(measured ? described(round, await measured) : told(round, {}));
    }
    return results;
  }

  return {
    onStepDone({ step, server, snapshot }) {
      const { round, finishing } = federation.steps[step];
      if (round !== null && !finishing) drifts.onStepDone(server, round);
      const next = federation.steps.at(step + 1);
      if (round === null || finishing || round === rounds || next?.round === round) return;
      if (views.length === 0) {
        told(round, {});
        closing.set(round, Promise.resolve({}));
        return;
      }
      const measured = close(snapshot(), round);
      measured.catch(() => undefined);
      closing.set(round, measured);
    },
    async closed() {
      if (!atEnd) await Promise.all(closing.values());
    },
    async end(states) {
      const final = desk.score(
        look(states, { scope: 'global', cells: true }),
        judgingIn(segmentAt(segments, rounds)),
      );
      const [scores, earlier] = await Promise.all([final, earlierResults(), desk.close()]);
      return { earlier, scores };
    },
    last: (scores) => told(rounds, roundView(scores, audience, evaluated, ['own', 'global'])),
  };
}

function judgingIn({ settings: { training, imageScore } }: Segment): Judging {
  return { generator: training.generator, imageScore };
}
