import type { Blob } from '../../base/blob.js';
import { runFailed } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';
import { joined, lengthOf, sharedFloats } from '../../base/tensor.js';
import type { GeneratorName } from '../../model/generator/generator.js';
import type { ImageScoreName } from '../../model/score/image-score.js';
import type { ClientData } from '../data/image.js';
import type { Executor } from './executor.js';
import type { ClientFeatures } from './features.js';

/** Images scored in one job. */
const imagesPerJob = 24;

/** A client's detector; null where its method made none. */
export type Detectors = ReadonlyMap<string, Blob | null>;

/** Detectors as they are at one time, and what is wanted of them. */
export interface Look {
  readonly detectors: Detectors;
  /** Whose images a client's detector scores: its own, or everybody's (its own included). */
  readonly scope: 'own' | 'global';
  /** Whether cell scores are wanted too, for maps. */
  readonly cells: boolean;
}

/** Scores of one detector on one client's test images. */
export interface DetectorScores {
  readonly detector: string;
  readonly images: string;
  readonly scores: Float32Array;
}

export interface FederationScores {
  readonly entries: readonly DetectorScores[];
  /** Those of a client's detector on a client's images; undefined where there are none. */
  of(detector: string, images: string): DetectorScores | undefined;
  /** Cell scores of each client's own test images by its own detector, [images × cells], where they were wanted. */
  readonly cells: ReadonlyMap<string, Float32Array>;
}

/** How detectors become scores of images. */
export interface Judging {
  readonly generator: GeneratorName;
  readonly imageScore: ImageScoreName;
}

export interface ScoringTask extends Judging {
  readonly clients: readonly ClientData[];
  readonly features: ReadonlyMap<string, ClientFeatures>;
  /** Clients whose test images make up the union. */
  readonly participants: readonly string[];
}

/**
 * Scores every client's test images. An image is read, and taken into a space, once for all looks, and a detector that
 * several have, as where parameters are averaged, scores it once.
 * @returns the scores of each look
 */
export async function scoreFederation(
  executor: Executor,
  task: ScoringTask,
  looks: readonly Look[],
): Promise<FederationScores[]> {
  const members = new Set(task.participants);
  const scored = looks.map(() => ({
    byOwner: task.clients.map((): DetectorScores[] => []),
    cells: new Map<string, Float32Array>(),
  }));
  await Promise.all(
    task.clients.map(async ({ id: owner }, at) => {
      const used = looks.map((look) => detectorsFor(owner, look, members));
      const mapped = used.map((some, look) =>
        looks[look].cells ? some.find(([id]) => id === owner)?.[1].hash : undefined,
      );
      const blobs = new Map(used.flat().map(([, blob]) => [blob.hash, blob]));
      const { scores, cells } = await scoreImagesOf(owner, executor, task, blobs, new Set(mapped));
      if (scores.size === 0) return;
      used.forEach((some, look) => {
        scored[look].byOwner[at] = some.map(([detector, { hash }]) => ({
          detector,
          images: owner,
          scores: finite(scores.get(hash)!, detector),
        }));
        const own = mapped[look];
        if (own !== undefined) scored[look].cells.set(owner, cells.get(own)!);
      });
    }),
  );
  return scored.map(({ byOwner, cells }) => ({ ...indexed(byOwner.flat()), cells }));
}

/** Scores of a client's test images by each of some detectors, in jobs of a few images; none where it has no images. */
async function scoreImagesOf(
  owner: string,
  executor: Executor,
  { features, generator, imageScore }: ScoringTask,
  detectors: ReadonlyMap<ContentHash, Blob>,
  withCells: ReadonlySet<ContentHash | undefined>,
): Promise<Record<'scores' | 'cells', ReadonlyMap<ContentHash, Float32Array>>> {
  const images = features.get(owner)!.test;
  if (detectors.size === 0 || images.length === 0) return { scores: new Map(), cells: new Map() };
  const hashes = [...detectors.keys()];
  const mapped = hashes.filter((hash) => withCells.has(hash));
  const chunks = await Promise.all(
    Array.from({ length: Math.ceil(images.length / imagesPerJob) }, (_, chunk) =>
      executor.run({
        kind: 'score',
        images: images.slice(chunk * imagesPerJob, (chunk + 1) * imagesPerJob),
        detectors: [...detectors.values()],
        generator,
        imageScore,
        cellsOf: mapped.map((hash) => hashes.indexOf(hash)),
      }),
    ),
  );
  return {
    scores: new Map(
      hashes.map((hash, at) => {
        const parts = chunks.map(({ scores }) => scores[at]);
        return [hash, joined(parts, new Float32Array(images.length))];
      }),
    ),
    cells: new Map(
      mapped.map((hash, at) => {
        const parts = chunks.map(({ cells }) => cells[at]);
        return [hash, joined(parts, sharedFloats(lengthOf(parts)))];
      }),
    ),
  };
}

/** The detectors that judge a client's images. */
function detectorsFor(
  owner: string,
  { detectors, scope }: Look,
  members: ReadonlySet<string>,
): (readonly [string, Blob])[] {
  if (scope === 'own' || !members.has(owner)) {
    const own = detectors.get(owner);
    return own ? [[owner, own]] : [];
  }
  return [...detectors].filter(
    (entry): entry is [string, Blob] => entry[1] !== null && members.has(entry[0]),
  );
}

/** Scores that are found by detector and images. */
export function indexed(entries: readonly DetectorScores[]): Pick<FederationScores, 'entries' | 'of'> {
  const byDetector = new Map<string, Map<string, DetectorScores>>();
  for (const entry of entries) {
    let known = byDetector.get(entry.detector);
    if (!known) byDetector.set(entry.detector, (known = new Map()));
    known.set(entry.images, entry);
  }
  return { entries, of: (detector, images) => byDetector.get(detector)?.get(images) };
}

function finite(scores: Float32Array, detector: string): Float32Array {
  if (scores.every(Number.isFinite)) return scores;
  throw runFailed(
    `the detector of client ${detector} scores an image with a number that is not finite`,
    'Its training diverged: lower method.training.learningRate.',
  );
}
