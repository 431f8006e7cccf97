/** Distances of calibration patches to their nearest slots, summed slot by slot. Sums suit secure aggregation. */
export interface DistanceStatistics {
  /** Patches whose nearest slot this is. */
  readonly counts: Float64Array;
  /** Sum of their Euclidean distances. */
  readonly sums: Float64Array;
  /** Sum of the squares of those distances. */
  readonly squares: Float64Array;
}

/** What distance is usual at each slot. */
export interface Calibration {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** Patches that the overall figures count for at every slot. */
const priorPatches = 20;
/** No slot's deviation is below this share of the overall mean distance. */
const smallestDeviation = 0.05;

/**
 * @param nearestSlot index of each patch's nearest slot
 * @param squared its squared distance
 */
export function distanceStatistics(
  nearestSlot: Int32Array,
  squared: Float32Array,
  slots: number,
): DistanceStatistics {
  const counts = new Float64Array(slots);
  const sums = new Float64Array(slots);
  const squares = new Float64Array(slots);
  for (let patch = 0; patch < nearestSlot.length; patch++) {
    counts[nearestSlot[patch]]++;
    sums[nearestSlot[patch]] += Math.sqrt(squared[patch]);
    squares[nearestSlot[patch]] += squared[patch];
  }
  return { counts, sums, squares };
}

/** The sum of Euclidean distances whose squares are given. */
export function sumOfDistances(squared: Float32Array): number {
  return squared.reduce((sum, square) => sum + Math.sqrt(square), 0);
}

export function addStatistics(parts: readonly DistanceStatistics[], slots: number): DistanceStatistics {
  const add = (pick: (part: DistanceStatistics) => Float64Array) =>
    Float64Array.from({ length: slots }, (_, slot) => parts.reduce((sum, part) => sum + pick(part)[slot], 0));
  return {
    counts: add((part) => part.counts),
    sums: add((part) => part.sums),
    squares: add((part) => part.squares),
  };
}

/**
 * Mean and deviation of the distance at every slot, shrunk to the overall figures where a slot has few patches
 * (METHOD: calibration). A slot without patches gets the overall figures; no patches at all give mean 0, deviation 1.
 */
export function calibrationOf({ counts, sums, squares }: DistanceStatistics): Calibration {
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const patches = total(counts);
  const slots = counts.length;
  if (patches === 0) {
    return { means: new Float64Array(slots), deviations: new Float64Array(slots).fill(1) };
  }
  const overallMean = total(sums) / patches;
  const overallVariance = Math.max(0, total(squares) / patches - overallMean * overallMean);
  // Guards against dividing by zero where every distance is zero.
  const floor = Math.max(smallestDeviation * overallMean, 1e-12);
  const means = new Float64Array(slots);
  const deviations = new Float64Array(slots);
  for (let slot = 0; slot < slots; slot++) {
    const n = counts[slot];
    const mean = n > 0 ? sums[slot] / n : 0;
    // Σ(d − d̂)² = Σd² − n·d̂²
    const spread = n > 0 ? Math.max(0, squares[slot] - n * mean * mean) : 0;
    means[slot] = (sums[slot] + priorPatches * overallMean) / (n + priorPatches);
    const variance = (spread + priorPatches * overallVariance) / (n + priorPatches);
    deviations[slot] = Math.max(floor, Math.sqrt(variance));
  }
  return { means, deviations };
}

/** The same calibration where all distances are `stretch` times as long. */
export function stretched({ means, deviations }: Calibration, stretch: number): Calibration {
  return {
    means: means.map((mean) => mean * stretch),
    deviations: deviations.map((value) => value * stretch),
  };
}
