import type { RunResult } from './run-result.js';

/**
 * Bytes, both ways and what is exchanged once, after which image AUROC on own images stays at a share of what it ends
 * at: until the end of the first such round, and for making detectors there. Rounds that were not measured don't
 * count; where only the last was, these are all bytes of the run.
 * @returns null where the last figure is not defined
 */
export function bytesToShare(
  { rounds, bytes }: Pick<RunResult, 'rounds' | 'bytes'>,
  share: number,
): number | null {
  const end = rounds.at(-1)?.own?.imageAuroc ?? null;
  if (end === null) return null;
  let reached = rounds.length - 1;
  for (let at = reached - 1; at >= 0; at--) {
    const { own } = rounds[at];
    if (own === undefined) continue;
    if (own.imageAuroc === null || own.imageAuroc < share * end) break;
    reached = at;
  }
  if (reached === rounds.length - 1) return bytes.once + bytes.up + bytes.down;
  const until = rounds.slice(0, reached + 1).reduce((sum, round) => sum + round.bytesUp + round.bytesDown, 0);
  return bytes.once + until + (rounds[reached].finishingBytes ?? 0);
}
