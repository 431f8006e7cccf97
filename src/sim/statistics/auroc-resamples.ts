import { stream } from '../../base/random.js';
import { hasBothLabels, keyOf, type ImagePool, type MethodScores } from './scored-images.js';
import { addInfluences, rankForWeights, weightedAuroc, type RankedScores } from './weighted-auroc.js';

/** A method's mean AUROC over its detectors, seed by seed: as measured, and in every resample of the images. */
export interface AurocResamples {
  /** [seeds] */
  readonly measured: Float64Array;
  /** [resamples × seeds]; NaN where a resample lost a class for every detector. */
  readonly resampled: Float64Array;
  /** What each image of the pool adds to the mean over seeds and detectors, centred in its stratum. */
  readonly influences: Float64Array;
}

/**
 * Draws images with replacement within (owner, label), alike for all methods and seeds: an image that several seeds
 * share is one image. Detectors that lack a class are left out.
 * @param methods each with the same seeds in the same order, and the same images in each
 */
export function resampleAurocs(
  methods: readonly MethodScores[],
  pool: ImagePool,
  resamples: number,
  randomSeed: number,
): AurocResamples[] {
  const ranked = methods.map((method) => method.map((seed) => rankedDetectors(seed, pool)));
  const weights = new Int32Array(pool.numberOf.size);
  const found = ranked.map((seeds) => ({
    measured: Float64Array.from(seeds, (detectors) => meanAuroc(detectors, weights.fill(1))),
    resampled: new Float64Array(resamples * seeds.length),
    influences: centred(influencesOf(seeds, weights.length), pool.strata),
  }));
  const random = stream(randomSeed, 'statistics', 'bootstrap', 'images');
  for (let resample = 0; resample < resamples; resample++) {
    drawWeights(weights.fill(0), pool.strata, random);
    ranked.forEach((seeds, method) =>
      seeds.forEach((detectors, seed) => {
        found[method].resampled[resample * seeds.length + seed] = meanAuroc(detectors, weights);
      }),
    );
  }
  return found;
}

function rankedDetectors({ detectors }: MethodScores[number], pool: ImagePool): RankedScores[] {
  return detectors
    .filter(hasBothLabels)
    .toSorted((a, b) => (a.client < b.client ? -1 : 1))
    .map(({ images }) =>
      rankForWeights(
        images.map(({ score }) => score),
        images.map(({ label }) => label),
        images.map((image) => pool.numberOf.get(keyOf(image))!),
      ),
    );
}

function drawWeights(weights: Int32Array, strata: readonly number[], random: ReturnType<typeof stream>) {
  let start = 0;
  for (const size of strata) {
    for (let draw = 0; draw < size; draw++) weights[start + random.integer(size)]++;
    start += size;
  }
}

function meanAuroc(detectors: readonly RankedScores[], weights: Int32Array): number {
  let sum = 0;
  let defined = 0;
  for (const ranked of detectors) {
    const area = weightedAuroc(ranked, weights);
    if (Number.isNaN(area)) continue;
    sum += area;
    defined++;
  }
  return sum / defined;
}

function influencesOf(seeds: readonly (readonly RankedScores[])[], images: number): Float64Array {
  const influences = new Float64Array(images);
  const used = seeds.filter((detectors) => detectors.length > 0);
  for (const detectors of used)
    for (const ranked of detectors) addInfluences(ranked, 1 / (used.length * detectors.length), influences);
  return influences;
}

/** The size of a stratum is fixed, so only differences within it count. */
function centred(influences: Float64Array, strata: readonly number[]): Float64Array {
  let start = 0;
  for (const size of strata) {
    const part = influences.subarray(start, start + size);
    const mean = part.reduce((sum, value) => sum + value, 0) / size;
    for (let at = 0; at < size; at++) part[at] -= mean;
    start += size;
  }
  return influences;
}
