import { badInput } from '../../base/errors.js';
import { stream } from '../../base/random.js';
import { resampleAurocs, type AurocResamples } from './auroc-resamples.js';
import { accelerationOf, bcaInterval, percentileInterval, type Interval } from './bootstrap-intervals.js';
import { hasBothLabels, pairSeeds, poolOf, type MethodScores, type SeedScores } from './scored-images.js';

export interface BootstrapOptions {
  /** Of the resamples, not of a run. */
  readonly randomSeed?: number;
  readonly resamples?: number;
  /** Share of the intervals, such as 0.95. */
  readonly level?: number;
}

/** A mean AUROC less another's: mean over seeds of the mean over clients of their detectors' AUROC. */
export interface AurocDifference {
  readonly difference: number;
  readonly percentile: Interval;
  readonly bca: Interval;
  readonly level: number;
  /** Resamples in which the difference is defined. */
  readonly resamples: number;
  readonly seeds: number;
  /** Detectors that have an AUROC, in the seed that has most; they are not resampled: the interval is about these clients. */
  readonly clients: number;
  /** Different images over all seeds. */
  readonly images: number;
}

/**
 * Paired bootstrap of mean AUROC(method) − mean AUROC(reference) over seeds and images. Both are drawn with
 * replacement, images within (owner, label), and each draw of images serves all seeds and both methods. Drawing two
 * crossed factors overstates their joint part a little (Owen 2007, Annals of Applied Statistics 1). With one seed, the
 * interval is about images alone; with a handful, it can't show the tails of the seeds.
 * @throws FeddymemError (bad-input) where the two have no seed in common, or other images
 */
export function pairedAurocDifference(
  method: MethodScores,
  reference: MethodScores,
  options: BootstrapOptions = {},
): AurocDifference {
  return pairedAurocDifferences([method], reference, options)[0];
}

/** {@link pairedAurocDifference} of several methods to one: what is alike for all is drawn and computed once. */
export function pairedAurocDifferences(
  methods: readonly MethodScores[],
  reference: MethodScores,
  options: BootstrapOptions = {},
): AurocDifference[] {
  const { randomSeed = 1, resamples = 10_000, level = 0.95 } = options;
  if (!(resamples >= 1 && level > 0 && level < 1))
    throw badInput(`${resamples} resamples at level ${level}`, 'Give at least one, and a level below 1.');
  const pairs = methods.map((method) => pairSeeds(method, reference));
  // Methods that lack a seed have a smaller pool, and draws of their own.
  const groups = new Map<string, number[]>();
  pairs.forEach((pair, at) => {
    const key = pair.map(([{ seed }]) => seed).join();
    groups.set(key, [...(groups.get(key) ?? []), at]);
  });
  const differences = new Array<AurocDifference>(methods.length);
  for (const members of groups.values()) {
    const references = pairs[members[0]].map(([, seed]) => seed);
    const compared = [references, ...members.map((at) => pairs[at].map(([seed]) => seed))];
    const pool = poolOf(references);
    const [base, ...others] = resampleAurocs(compared, pool, resamples, randomSeed);
    const common = { level, clients: mostDetectors(references), images: pool.numberOf.size };
    members.forEach((at, index) => {
      differences[at] = { ...common, ...compare(others[index], base, level, randomSeed) };
    });
  }
  return differences;
}

function mostDetectors(seeds: readonly SeedScores[]): number {
  return Math.max(...seeds.map(({ detectors }) => detectors.filter(hasBothLabels).length));
}

function compare(method: AurocResamples, base: AurocResamples, level: number, randomSeed: number) {
  const defined = [...base.measured.keys()].filter((seed) => !Number.isNaN(base.measured[seed]));
  if (defined.length === 0)
    throw badInput('no detector has scored both classes', 'AUROC needs normal and defective test images.');
  const bySeed = Float64Array.from(defined, (seed) => method.measured[seed] - base.measured[seed]);
  const difference = mean(bySeed);
  const influences = method.influences.map((value, image) => value - base.influences[image]);
  const ofSeeds = bySeed.map((value) => (value - difference) / bySeed.length);
  const acceleration = accelerationOf(Float64Array.from([...influences, ...ofSeeds]));
  const sorted = drawnDifferences(method, base, defined, randomSeed).sort();
  return {
    difference,
    percentile: percentileInterval(sorted, level),
    bca: bcaInterval(sorted, difference, acceleration, level),
    resamples: sorted.length,
    seeds: defined.length,
  };
}

/** The mean difference over as many seeds as there are, drawn with replacement, in every resample of the images. */
function drawnDifferences(
  { resampled, measured }: AurocResamples,
  base: AurocResamples,
  seeds: readonly number[],
  randomSeed: number,
): Float64Array {
  const random = stream(randomSeed, 'statistics', 'bootstrap', 'seeds');
  const count = resampled.length / measured.length;
  const differences = new Float64Array(count);
  for (let resample = 0; resample < count; resample++) {
    let sum = 0;
    let drawn = 0;
    for (let draw = 0; draw < seeds.length; draw++) {
      const at = resample * measured.length + seeds[random.integer(seeds.length)];
      const value = resampled[at] - base.resampled[at];
      if (Number.isNaN(value)) continue;
      sum += value;
      drawn++;
    }
    differences[resample] = sum / drawn;
  }
  return differences.filter((value) => !Number.isNaN(value));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
