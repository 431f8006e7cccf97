import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToShare } from '../../../src/sim/result/bytes-to-share.js';
import type { RoundResult, RunResult } from '../../../src/sim/result/run-result.js';
import { runTiny } from '../../support/tiny.js';

/** Rounds of 10 bytes up and 20 down, 5 once; undefined: not measured. */
function run(aurocs: readonly (number | null | undefined)[], finishingBytes = 3) {
  const rounds = aurocs.map(
    (imageAuroc, round) =>
      ({
        ...{ round, bytesUp: 10, bytesDown: 20 },
        ...(imageAuroc !== undefined && { own: { imageAuroc } }),
        ...(imageAuroc !== undefined && round < aurocs.length - 1 && { finishingBytes }),
      }) as RoundResult,
  );
  const bytes = { up: 10 * aurocs.length, down: 20 * aurocs.length, once: 5 };
  return { rounds, bytes } satisfies Pick<RunResult, 'rounds' | 'bytes'>;
}

describe('bytes until a share of the last figure', () => {
  it('are those until the first round from which on it stays there, and of making detectors then', () => {
    expect(bytesToShare(run([0.5, 0.88, 0.892, 0.9]), 0.99)).toBe(5 + 3 * 30 + 3);
    expect(bytesToShare(run([0.5, 0.896, 0.88, 0.9]), 0.99)).toBe(5 + 4 * 30);
    expect(bytesToShare(run([0.5, 0.896, 0.895, 0.9]), 0.99)).toBe(5 + 2 * 30 + 3);
    expect(bytesToShare(run([0.9, 0.9, 0.9]), 0.99)).toBe(5 + 30 + 3);
  });

  it('are all where only the last round was measured; a round that was not does not count', () => {
    expect(bytesToShare(run([undefined, undefined, 0.9]), 0.99)).toBe(5 + 3 * 30);
    expect(bytesToShare(run([0.9]), 0.99)).toBe(5 + 30);
    expect(bytesToShare(run([0.9, undefined, 0.9]), 0.99)).toBe(5 + 30 + 3);
    expect(bytesToShare(run([0.9, null, 0.9]), 0.99)).toBe(5 + 3 * 30);
    expect(bytesToShare(run([0.9, null]), 0.99)).toBeNull();
  });

  it('grow with the share', () => {
    const auroc = fc.double({ min: 0.01, max: 1, noNaN: true });
    const shares = fc.tuple(auroc, auroc);
    fc.assert(
      fc.property(fc.array(auroc, { minLength: 1, maxLength: 8 }), shares, (aurocs, [a, b]) => {
        const given = run(aurocs, 0);
        expect(bytesToShare(given, Math.min(a, b))).toBeLessThanOrEqual(bytesToShare(given, Math.max(a, b))!);
      }),
    );
  });

  it.each(['feddymem', 'fedavg-cfa', 'fed-proto'])(
    'count for a round of %s what a run that ends with it moves',
    async (name) => {
      const of = (rounds: number) =>
        runTiny({ method: { name, rounds }, evaluate: { rounds: ['own'], pixels: false } });
      const { result } = await of(2);
      for (const ends of [0, 1]) {
        const { bytes } = (await of(ends)).result;
        const rounds = result.rounds.slice(0, ends + 1);
        const moved = rounds.reduce((sum, { bytesUp, bytesDown }) => sum + bytesUp + bytesDown, 0);
        expect(moved + rounds[ends].finishingBytes!).toBe(bytes.up + bytes.down);
      }
      expect(result.rounds[2]).not.toHaveProperty('finishingBytes');
    },
  );
});
