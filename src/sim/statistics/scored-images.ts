import { badInput } from '../../base/errors.js';

/** A test image and the score that a detector gave it. */
export interface ScoredImage {
  /** The same in every seed and method that scored the same image. */
  readonly id: string;
  /** The client whose image it is. */
  readonly owner: string;
  readonly label: 0 | 1;
  readonly score: number;
}

/** What one client's detector scored: one AUROC. */
export interface DetectorImages {
  readonly client: string;
  readonly images: readonly ScoredImage[];
}

/** A method's scores in one seed. */
export interface SeedScores {
  readonly seed: number;
  readonly detectors: readonly DetectorImages[];
}

export type MethodScores = readonly SeedScores[];

/** Numbers for all images of all seeds, by stratum: the images of one owner and label stand side by side. */
export interface ImagePool {
  readonly numberOf: ReadonlyMap<string, number>;
  /** Sizes of the strata, in the order of the numbers. */
  readonly strata: readonly number[];
}

/** Whether its AUROC is defined. */
export function hasBothLabels({ images }: DetectorImages): boolean {
  return images.some(({ label }) => label === 0) && images.some(({ label }) => label === 1);
}

/** Numbers depend on the images alone, not on the order they come in. */
export function poolOf(scores: MethodScores): ImagePool {
  const found = new Map<string, ScoredImage>();
  for (const { detectors } of scores)
    for (const { images } of detectors) for (const image of images) found.set(keyOf(image), image);
  const keys = [...found.keys()].sort();
  const strata = new Map<string, number>();
  for (const key of keys) {
    const { owner, label } = found.get(key)!;
    const stratum = JSON.stringify([owner, label]);
    strata.set(stratum, (strata.get(stratum) ?? 0) + 1);
  }
  return { numberOf: new Map(keys.map((key, number) => [key, number])), strata: [...strata.values()] };
}

/** An image is what has this owner, label and id: it sorts with its stratum. */
export function keyOf({ owner, label, id }: ScoredImage): string {
  return JSON.stringify([owner, label, id]);
}

/**
 * @returns the scores of those seeds that both have, in the order of the seeds
 * @throws FeddymemError (bad-input) where they have no seed in common, or other images in one
 */
export function pairSeeds(a: MethodScores, b: MethodScores): readonly [SeedScores, SeedScores][] {
  const pairs = a
    .toSorted((one, other) => one.seed - other.seed)
    .flatMap((scores): [SeedScores, SeedScores][] => {
      const partner = b.find(({ seed }) => seed === scores.seed);
      return partner ? [[scores, partner]] : [];
    });
  if (pairs.length === 0)
    throw badInput('the two methods have no seed in common', 'Run both with the same seeds.');
  for (const [one, other] of pairs) {
    if (imagesOf(one) === imagesOf(other)) continue;
    throw badInput(
      `the two methods scored different images in seed ${one.seed}`,
      'Paired comparison needs the same clients and test images.',
    );
  }
  return pairs;
}

function imagesOf({ detectors }: SeedScores): string {
  const of = ({ client, images }: DetectorImages) => JSON.stringify([client, images.map(keyOf).sort()]);
  return detectors.map(of).sort().join('\n');
}
