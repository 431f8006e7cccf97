import { portableLog } from '../../../base/portable-math.js';
import type { ImageRecord } from '../image.js';
import { revealLabel } from '../label.js';
import { contentOf } from './pool.js';
import type { Part } from './pool.js';

/** Who holds what, and how far clients are from alike. Plain data. */
export interface PartitionTable {
  /** What images show, in the order in which clients first hold it. */
  readonly contents: readonly { readonly source: string; readonly category: string }[];
  readonly clients: readonly ClientRow[];
  readonly skew: PartitionSkew;
}

export interface ClientRow {
  readonly id: string;
  readonly train: number;
  readonly testGood: number;
  readonly testDefective: number;
  /** Images of each of `contents`. */
  readonly trainOf: readonly number[];
  readonly testOf: readonly number[];
}

export interface PartitionSkew {
  /** Jensen–Shannon distances between training images' distributions over `contents`; null where there is nothing to compare. */
  readonly content: {
    /** Of clients to all clients' images together. */
    readonly mean: number | null;
    readonly largest: number | null;
    /** Mean over pairs of clients; null above 200 clients. */
    readonly pairs: number | null;
  };
  /** Of the numbers of training images. */
  readonly quantity: {
    /** Standard deviation over mean. */
    readonly variation: number;
    /** 0: all equal; towards 1: one client has all. */
    readonly gini: number;
    readonly smallest: number;
    readonly largest: number;
  };
}

/** Pairs grow with the square of clients. */
const mostForPairs = 200;

export function partitionTable(parts: readonly Part[]): PartitionTable {
  const shown = new Map<string, { at: number; source: string; category: string }>();
  for (const { train, test } of parts) {
    for (const images of [train, test]) {
      for (const image of images) {
        const content = contentOf(image);
        const { source, category } = image;
        if (!shown.has(content)) shown.set(content, { at: shown.size, source, category });
      }
    }
  }
  const countsOf = (images: readonly ImageRecord[]): number[] => {
    const counts = new Array<number>(shown.size).fill(0);
    for (const image of images) counts[shown.get(contentOf(image))!.at]++;
    return counts;
  };
  const clients = parts.map(({ id, train, test }): ClientRow => {
    const testDefective = test.filter(({ label }) => revealLabel(label) === 1).length;
    return {
      id,
      train: train.length,
      testGood: test.length - testDefective,
      testDefective,
      trainOf: countsOf(train),
      testOf: countsOf(test),
    };
  });
  return {
    contents: [...shown.values()].map(({ source, category }) => ({ source, category })),
    clients,
    skew: { content: contentSkew(clients), quantity: quantitySkew(clients.map(({ train }) => train)) },
  };
}

/**
 * √ of the Jensen–Shannon divergence in bits (Lin 1991; Endres & Schindelin 2003): a metric, 0 for equal and 1 for
 * disjoint distributions.
 * @param p counts or probabilities, not all 0; `q` alike and as long
 */
export function jensenShannonDistance(p: readonly number[], q: readonly number[]): number {
  const [sumP, sumQ] = [total(p), total(q)];
  let nats = 0;
  for (let at = 0; at < p.length; at++) {
    const [a, b] = [p[at] / sumP, q[at] / sumQ];
    const middle = (a + b) / 2;
    if (a > 0) nats += (a * portableLog(a / middle)) / 2;
    if (b > 0) nats += (b * portableLog(b / middle)) / 2;
  }
  return Math.sqrt(Math.min(1, Math.max(0, nats / portableLog(2))));
}

/** Coefficient of variation and Gini coefficient of clients' sizes; zeros where there is nothing. */
export function quantitySkew(sizes: readonly number[]): PartitionSkew['quantity'] {
  const ordered = sizes.toSorted((a, b) => a - b);
  const count = ordered.length;
  const sum = total(ordered);
  const [smallest, largest] = [ordered[0] ?? 0, ordered.at(-1) ?? 0];
  if (sum === 0) return { variation: 0, gini: 0, smallest, largest };
  const mean = sum / count;
  const variance = total(ordered.map((size) => (size - mean) * (size - mean))) / count;
  const ranked = total(ordered.map((size, at) => (2 * (at + 1) - count - 1) * size));
  return { variation: Math.sqrt(variance) / mean, gini: ranked / (count * sum), smallest, largest };
}

function contentSkew(clients: readonly ClientRow[]): PartitionSkew['content'] {
  const held = clients.filter(({ train }) => train > 0).map(({ trainOf }) => trainOf);
  if (held.length === 0) return { mean: null, largest: null, pairs: null };
  const all = held[0].map((_, at) => held.reduce((sum, counts) => sum + counts[at], 0));
  const distances = held.map((counts) => jensenShannonDistance(counts, all));
  const pairs = held.flatMap((counts, at) =>
    held.length > mostForPairs ? [] : held.slice(at + 1).map((other) => jensenShannonDistance(counts, other)),
  );
  return {
    mean: total(distances) / distances.length,
    largest: distances.reduce((most, distance) => Math.max(most, distance)),
    pairs: pairs.length === 0 ? null : total(pairs) / pairs.length,
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
