/** Scores sorted once, so that the AUROC under any integer weights of the images takes one pass. */
export interface RankedScores {
  /** Number of the image at each place, by rising score. */
  readonly images: Int32Array;
  /** 1 where the image at the place is defective. */
  readonly defective: Uint8Array;
  /** 1 at the last place of each group of equal scores. */
  readonly last: Uint8Array;
  readonly tied: boolean;
}

/** @param images numbers under which weights are kept, one a score */
export function rankForWeights(
  scores: readonly number[],
  labels: readonly (0 | 1)[],
  images: readonly number[],
): RankedScores {
  const order = scores.map((_, at) => at).sort((a, b) => scores[a] - scores[b] || images[a] - images[b]);
  const ends = order.map(
    (at, place) => place + 1 === order.length || scores[order[place + 1]] !== scores[at],
  );
  return {
    images: Int32Array.from(order, (at) => images[at]),
    defective: Uint8Array.from(order, (at) => labels[at]),
    last: Uint8Array.from(ends, Number),
    tied: ends.includes(false),
  };
}

/**
 * The AUROC of a sample in which every image stands as often as its weight says; equal scores count half.
 * @param weights non-negative integers by image number
 * @returns NaN where a class has no weight
 */
export function weightedAuroc(ranked: RankedScores, weights: Int32Array): number {
  return ranked.tied ? aurocWithTies(ranked, weights) : aurocWithoutTies(ranked, weights);
}

function aurocWithoutTies({ images, defective }: RankedScores, weights: Int32Array): number {
  let normal = 0;
  let defects = 0;
  let wins = 0;
  for (let place = 0; place < images.length; place++) {
    const weight = weights[images[place]];
    if (defective[place] === 1) {
      defects += weight;
      wins += weight * normal;
    } else normal += weight;
  }
  return wins / (normal * defects);
}

function aurocWithTies({ images, defective, last }: RankedScores, weights: Int32Array): number {
  let normal = 0;
  let defects = 0;
  // Twice the pairs won: whole numbers, so that nothing is rounded.
  let wins = 0;
  let tiedNormal = 0;
  let tiedDefects = 0;
  for (let place = 0; place < images.length; place++) {
    const weight = weights[images[place]];
    if (defective[place] === 1) tiedDefects += weight;
    else tiedNormal += weight;
    if (last[place] === 0) continue;
    wins += tiedDefects * (2 * normal + tiedNormal);
    normal += tiedNormal;
    defects += tiedDefects;
    tiedNormal = 0;
    tiedDefects = 0;
  }
  return wins / (2 * normal * defects);
}

/**
 * Adds `factor` times the derivative of the AUROC by each image's weight, where all weights are 1: (V − AUROC) / m for
 * one of m images of a class, V being its share of pairs won (the structural components of DeLong et al. 1988).
 */
export function addInfluences(
  { images, defective, last }: RankedScores,
  factor: number,
  target: Float64Array,
): void {
  const defects = defective.reduce((sum, label) => sum + label, 0);
  const normal = defective.length - defects;
  const shares = new Float64Array(images.length);
  let normalBelow = 0;
  let defectsBelow = 0;
  for (let start = 0, end = 0; start < images.length; start = end) {
    let tiedDefects = 0;
    do tiedDefects += defective[end];
    while (last[end++] === 0);
    const tiedNormal = end - start - tiedDefects;
    for (let place = start; place < end; place++) {
      shares[place] =
        defective[place] === 1
          ? (normalBelow + tiedNormal / 2) / normal
          : (defects - defectsBelow - tiedDefects / 2) / defects;
    }
    normalBelow += tiedNormal;
    defectsBelow += tiedDefects;
  }
  let area = 0;
  for (let place = 0; place < images.length; place++) if (defective[place] === 1) area += shares[place];
  area /= defects;
  for (let place = 0; place < images.length; place++) {
    const size = defective[place] === 1 ? defects : normal;
    target[images[place]] += (factor * (shares[place] - area)) / size;
  }
}
