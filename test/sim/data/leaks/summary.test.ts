import { describe, expect, it } from 'vitest';
import type { Leak } from '../../../../src/sim/data/leaks/find-leaks.js';
import { leakSummary } from '../../../../src/sim/data/leaks/summary.js';

function leak(kind: Leak['kind'], train: string, test: string, id = 'x'): Leak {
  return {
    kind,
    train: { client: train, id },
    test: { client: test, id },
    similarity: kind === 'exact' ? 1 : 0.95,
  };
}

describe('leakSummary', () => {
  it('counts by kind and by the clients concerned', () => {
    const leaks = [
      leak('exact', 'b', 'a'),
      leak('exact', 'a', 'b'),
      leak('near', 'b', 'a', 'y'),
      leak('near', 'c', 'a'),
    ];
    expect(leakSummary(leaks)).toEqual({
      exact: 2,
      near: 2,
      testImages: 3,
      byClients: [
        { train: 'a', test: 'b', exact: 1, near: 0 },
        { train: 'b', test: 'a', exact: 1, near: 1 },
        { train: 'c', test: 'a', exact: 0, near: 1 },
      ],
      pairs: leaks,
    });
  });

  it('names a hundred pairs and counts all', () => {
    const leaks = Array.from({ length: 130 }, (_, at) => leak('near', 'a', 'b', `${at}`));
    const summary = leakSummary(leaks);
    expect(summary.pairs).toEqual(leaks.slice(0, 100));
    expect(summary).toMatchObject({ exact: 0, near: 130, testImages: 130 });
  });

  it('of nothing is empty', () => {
    expect(leakSummary([])).toEqual({ exact: 0, near: 0, testImages: 0, byClients: [], pairs: [] });
  });
});
