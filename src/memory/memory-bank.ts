import { runFailed } from '../base/errors.js';
import { gatherRows, matrix, stackRows, type Matrix } from '../base/tensor.js';

/** A memory bank: one row a slot (METHOD: "Memory slot and its space"). */
export interface MemoryBank {
  /** [slots × dimensions] in the space that all clients share. */
  readonly vectors: Matrix;
  /** Patches behind each slot. */
  readonly weights: Float64Array;
  /** Mean squared deviation of those patches, per dimension. */
  readonly variances: Float64Array;
}

/** A bank of no slots. */
export function emptyBank(dimensions: number): MemoryBank {
  return { vectors: matrix(0, dimensions), weights: new Float64Array(0), variances: new Float64Array(0) };
}

/** Points as slots of weight one: what a clustering starts from. */
export function bankOfPoints(points: Matrix): MemoryBank {
  return {
    vectors: points,
    weights: new Float64Array(points.rows).fill(1),
    variances: new Float64Array(points.rows),
  };
}

export function totalWeight(bank: MemoryBank): number {
  return bank.weights.reduce((sum, weight) => sum + weight, 0);
}

/** The slots with the given indices, in that order. */
export function selectSlots(bank: MemoryBank, indices: ArrayLike<number>): MemoryBank {
  const chosen = Array.from(indices);
  return {
    vectors: gatherRows(bank.vectors, chosen),
    weights: Float64Array.from(chosen, (slot) => bank.weights[slot]),
    variances: Float64Array.from(chosen, (slot) => bank.variances[slot]),
  };
}

/** The slots of several banks under one another. */
export function concatenateBanks(banks: readonly MemoryBank[], dimensions: number): MemoryBank {
  return {
    vectors: stackRows(
      banks.map((bank) => bank.vectors),
      dimensions,
    ),
    weights: Float64Array.from(banks.flatMap((bank) => [...bank.weights])),
    variances: Float64Array.from(banks.flatMap((bank) => [...bank.variances])),
  };
}

/** Leaves out slots of fewer than `minimumPatches` patches: a slot of one patch would be somebody's patch. */
export function withoutSmallSlots(bank: MemoryBank, minimumPatches: number): MemoryBank {
  const kept = [...bank.weights.keys()].filter((slot) => bank.weights[slot] >= minimumPatches);
  return kept.length === bank.weights.length ? bank : selectSlots(bank, kept);
}

/** The least float32 of full precision: on the wire a weight below it may become 0, which no weight is. */
export const leastWeight = 2 ** -126;

/** Leaves out slots of so little weight that they stand for nothing. */
export function withoutWeightless(bank: MemoryBank): MemoryBank {
  return withoutSmallSlots(bank, leastWeight);
}

/**
 * Merges slots that share a cluster: weights add, vectors and variances are the moments of the union. Sums run in
 * float64 and in index order. Clusters without members are left out.
 * @param assignment cluster of each slot
 */
export function mergeSlots(bank: MemoryBank, assignment: Int32Array, clusters: number): MemoryBank {
  return mergeAround(bank, assignment, clusters, meansOfClusters(bank, bank.weights, assignment, clusters));
}

/**
 * Merges slots that share a cluster around vectors that need not be their means: weights add, variances are the mean
 * squared deviations from those vectors.
 * @param centres [clusters × dimensions], row by row
 */
export function mergeAround(
  bank: MemoryBank,
  assignment: Int32Array,
  clusters: number,
  centres: Float64Array | Float32Array,
): MemoryBank {
  const { columns, data } = bank.vectors;
  const slots = bank.weights.length;
  const weights = new Float64Array(clusters);
  for (let slot = 0; slot < slots; slot++) weights[assignment[slot]] += bank.weights[slot];
  const variances = new Float64Array(clusters);
  for (let slot = 0; slot < slots; slot++) {
    const centre = assignment[slot] * columns;
    const source = slot * columns;
    let squares = 0;
    for (let axis = 0; axis < columns; axis++) {
      const difference = data[source + axis] - centres[centre + axis];
      squares += difference * difference;
    }
    variances[assignment[slot]] += bank.weights[slot] * (bank.variances[slot] + squares / columns);
  }
  const filled = [...weights.keys()].filter((cluster) => weights[cluster] > 0);
  return selectSlots(
    {
      vectors: matrix(clusters, columns, Float32Array.from(centres)),
      weights,
      variances: variances.map((sum, cluster) => (weights[cluster] > 0 ? sum / weights[cluster] : 0)),
    },
    filled,
  );
}

/** Means of the slots of each cluster, each slot counting what `shares` says: [clusters × dimensions]. */
export function meansOfClusters(
  { vectors: { columns, data } }: MemoryBank,
  shares: Float64Array,
  assignment: Int32Array,
  clusters: number,
): Float64Array {
  const totals = new Float64Array(clusters);
  const sums = new Float64Array(clusters * columns);
  for (let slot = 0; slot < shares.length; slot++) {
    const share = shares[slot];
    const target = assignment[slot] * columns;
    const source = slot * columns;
    totals[assignment[slot]] += share;
    for (let axis = 0; axis < columns; axis++) sums[target + axis] += share * data[source + axis];
  }
  for (let cluster = 0; cluster < clusters; cluster++) {
    if (totals[cluster] === 0) continue;
    for (let axis = 0; axis < columns; axis++) sums[cluster * columns + axis] /= totals[cluster];
  }
  return sums;
}

/** @throws FeddymemError when a bank that came over the wire can't be one; `source` says whose it is. */
export function validateBank(bank: MemoryBank, dimensions: number, source: string): MemoryBank {
  const refuse = (problem: string) => runFailed(`the memory bank of ${source} is refused: ${problem}`);
  const { rows, columns, data } = bank.vectors;
  if (columns !== dimensions) throw refuse(`its slots have ${columns} dimensions, not ${dimensions}`);
  if (bank.weights.length !== rows || bank.variances.length !== rows)
    throw refuse('its columns differ in length');
  if (!data.every(Number.isFinite)) throw refuse('a slot holds a number that is not finite');
  if (!bank.weights.every((weight) => weight > 0 && Number.isFinite(weight)))
    throw refuse('a weight is not positive, or not finite');
  if (!bank.variances.every((value) => value >= 0 && Number.isFinite(value)))
    throw refuse('a variance is negative, or not finite');
  return bank;
}
