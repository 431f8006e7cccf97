import { matrix, rowOf } from '../base/tensor.js';
import type { SlotClusters } from './aggregation.js';
import { mergeSlots, selectSlots, type MemoryBank } from './memory-bank.js';
import { usualMultiple, type ClientBank, type ClusterRule, type ClusterSlot } from './robust-rule.js';
import { median } from './robust-statistics.js';

/** What a rule made of all clusters. */
export interface ClusterOutcome {
  readonly memory: MemoryBank;
  /** Sum over the clusters of what was let through, client by client. */
  readonly weight: number;
  /** Clients of whose weight less than half counted. */
  readonly limited: ReadonlySet<string>;
}

/**
 * Merges each cluster by the rule, or plainly where the rule can't tell. Slots come in the order of the clusters.
 * @param bank the uploads' banks under one another; every weight is positive
 */
export function mergeClusters(
  uploads: readonly ClientBank[],
  bank: MemoryBank,
  { assignment, clusters }: SlotClusters,
  rule: ClusterRule,
): ClusterOutcome {
  const plain = mergeSlots(bank, assignment, clusters);
  const memory = copyOf(plain);
  const { shares, ofCluster } = splitByClient(uploads, bank, assignment, clusters);
  const brought = new Float64Array(uploads.length);
  const counted = new Float64Array(uploads.length);
  let weight = 0;
  for (const [slot, members] of ofCluster.entries()) {
    const clients = members.map(({ client }) => client);
    const present = selectSlots(
      shares,
      members.map(({ share }) => share),
    );
    const made = rule(present, clients);
    weight += made?.weight ?? plain.weights[slot];
    if (made !== null) setSlot(memory, slot, made);
    const counts = made?.counted ?? present.weights;
    clients.forEach((client, index) => {
      brought[client] += present.weights[index];
      counted[client] += counts[index];
    });
  }
  const limited = uploads.filter((_, client) => counted[client] < brought[client] / 2);
  return { memory, weight, limited: new Set(limited.map(({ client }) => client)) };
}

/**
 * The parts that a robust slot has in common: its vector is the centre of the voices, coordinate by coordinate, its
 * variance the centre of the voices' mean squared deviations from that vector.
 * @param voices one row each: a client's share, or a group's
 * @param centre what stands for several numbers, whatever their order
 */
export function centreOf(
  voices: MemoryBank,
  centre: (values: ArrayLike<number>) => number,
): {
  readonly vector: Float64Array;
  readonly variance: number;
  /** Voices whose patches lie, root mean square, more than 3 × as far from the vector as the median voice's. */
  readonly far: readonly boolean[];
} {
  const { rows, columns, data } = voices.vectors;
  const values = new Float64Array(rows);
  const vector = Float64Array.from({ length: columns }, (_, axis) => {
    for (let voice = 0; voice < rows; voice++) values[voice] = data[voice * columns + axis];
    return centre(values);
  });
  const deviations = Array.from({ length: rows }, (_, voice) => {
    let squares = 0;
    for (let axis = 0; axis < columns; axis++) {
      const difference = data[voice * columns + axis] - vector[axis];
      squares += difference * difference;
    }
    return voices.variances[voice] + squares / columns;
  });
  const farthest = usualMultiple * usualMultiple * median(deviations);
  return { vector, variance: centre(deviations), far: deviations.map((value) => value > farthest) };
}

interface Member {
  readonly client: number;
  /** Row of its share. */
  readonly share: number;
}

/** The moments of each client's slots in each cluster that has any, and by cluster which rows those are. */
function splitByClient(
  uploads: readonly ClientBank[],
  bank: MemoryBank,
  assignment: Int32Array,
  clusters: number,
): { readonly shares: MemoryBank; readonly ofCluster: readonly (readonly Member[])[] } {
  const ofCluster = Array.from({ length: clusters }, (): Member[] => []);
  const shareOf = new Int32Array(assignment.length);
  let shares = 0;
  let slot = 0;
  for (const [client, { bank: upload }] of uploads.entries()) {
    for (const end = slot + upload.weights.length; slot < end; slot++) {
      const members = ofCluster[assignment[slot]];
      if (members.at(-1)?.client !== client) members.push({ client, share: shares++ });
      shareOf[slot] = members.at(-1)!.share;
    }
  }
  return {
    shares: mergeSlots(bank, shareOf, shares),
    ofCluster: ofCluster.filter((members) => members.length > 0),
  };
}

function copyOf({ vectors, weights, variances }: MemoryBank): MemoryBank {
  return {
    vectors: matrix(vectors.rows, vectors.columns, vectors.data.slice()),
    weights: weights.slice(),
    variances: variances.slice(),
  };
}

function setSlot(memory: MemoryBank, slot: number, made: ClusterSlot): void {
  rowOf(memory.vectors, slot).set(made.vector);
  memory.weights[slot] = made.weight;
  memory.variances[slot] = made.variance;
}
