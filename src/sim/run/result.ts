import type { CategoryResult, ClientResult, RoundResult, RunResult } from '../result/run-result.js';
import type { Scenario } from '../scenario/schema.js';
import type { LeakSummary } from '../data/leaks/summary.js';
import { meanResults } from './client-results.js';
import type { PreparedRun } from './prepare.js';
import type { Traffic } from './traffic.js';

/** What result.json holds. */
export function assembleResult(
  scenario: Scenario,
  { federation, skipped, versions }: PreparedRun,
  leaks: LeakSummary | null,
  traffic: Traffic,
  { clients, categories }: { clients: ClientResult[]; categories: CategoryResult[] },
  rounds: RoundResult[],
  digest: string,
  wallSeconds: RunResult['wallSeconds'],
): RunResult {
  const sum = (pick: (round: RoundResult) => number) => rounds.reduce((all, round) => all + pick(round), 0);
  const once = traffic.round(null);
  const faults = federation.segments.flatMap((segment) => segment.faults);
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    engine: scenario.engine,
    method: scenario.method.name,
    split: scenario.evaluate.split,
    versions,
    clients,
    ...(scenario.evaluate.clients !== undefined && {
      evaluation: { clients: federation.evaluated.length, of: federation.participants.length },
    }),
    mean: meanResults(clients),
    categories,
    rounds,
    bytes: {
      up: sum((round) => round.bytesUp),
      down: sum((round) => round.bytesDown),
      once: once.bytesUp + once.bytesDown,
    },
    joules: sum((round) => round.joules) + once.joules,
    virtualSeconds: Math.max(once.virtualSeconds, ...rounds.map((round) => round.virtualSeconds)),
    ...(faults.length > 0 && { faults }),
    ...(skipped.length > 0 && { skippedImages: [...skipped] }),
    ...(leaks && { leaks: leaks as RunResult['leaks'] }),
    journalDigest: digest,
    wallSeconds,
  };
}
