import type { Leak } from './find-leaks.js';

/** Pairs that a summary names. */
const mostPairs = 100;

export interface LeakSummary {
  readonly exact: number;
  readonly near: number;
  /** How many different test images are concerned: what to leave out of the evaluation. */
  readonly testImages: number;
  /** Pairs by whose training image and whose test image it is, in the order of their names. */
  readonly byClients: readonly {
    readonly train: string;
    readonly test: string;
    readonly exact: number;
    readonly near: number;
  }[];
  /** The first hundred, exact ones first, then the most similar. */
  readonly pairs: readonly Leak[];
}

/** @param leaks as `findLeaks` sorts them */
export function leakSummary(leaks: readonly Leak[]): LeakSummary {
  const groups = new Map<string, { train: string; test: string; leaks: Leak[] }>();
  for (const leak of leaks) {
    const key = JSON.stringify([leak.train.client, leak.test.client]);
    const group = groups.get(key) ?? { train: leak.train.client, test: leak.test.client, leaks: [] };
    group.leaks.push(leak);
    groups.set(key, group);
  }
  return {
    ...counts(leaks),
    testImages: new Set(leaks.map(({ test }) => JSON.stringify([test.client, test.id]))).size,
    byClients: [...groups.values()]
      .map(({ train, test, leaks: pairs }) => ({ train, test, ...counts(pairs) }))
      .sort((a, b) => byText(a.train, b.train) || byText(a.test, b.test)),
    pairs: leaks.slice(0, mostPairs),
  };
}

function counts(leaks: readonly Leak[]): { exact: number; near: number } {
  const exact = leaks.filter(({ kind }) => kind === 'exact').length;
  return { exact, near: leaks.length - exact };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
