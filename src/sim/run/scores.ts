import type { Blob } from '../../base/blob.js';
import { runFailed } from '../../base/errors.js';
import { sharedFloats } from '../../base/tensor.js';
import type { GeneratorName } from '../../model/generator/generator.js';
import type { ImageScoreName } from '../../model/score/image-score.js';
import type { ClientData } from '../data/image.js';
import type { Executor } from './executor.js';
import type { ClientFeatures } from './features.js';

/** Images scored in one job. */
const imagesPerJob = 24;

/** A client's detector; null where its method made none. */
export type Detectors = ReadonlyMap<string, Blob | null>;

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
  /** Cell scores of each client's own test images by its own detector, [images × cells]. */
  readonly cells: ReadonlyMap<string, Float32Array>;
}

export interface ScoringTask {
  readonly clients: readonly ClientData[];
  readonly features: ReadonlyMap<string, ClientFeatures>;
  readonly detectors: Detectors;
  readonly generator: GeneratorName;
  readonly imageScore: ImageScoreName;
  /** Whose images a client's detector scores: its own, or everybody's (its own included). */
  readonly scope: 'own' | 'global';
  /** Clients whose test images make up the union. */
  readonly participants: readonly string[];
}

/** Scores every client's test images with its own detector, or with everybody's, in jobs of a few images. */
export async function scoreFederation(executor: Executor, task: ScoringTask): Promise<FederationScores> {
  const members = new Set(task.participants);
  const present = [...task.detectors].filter((entry): entry is [string, Blob] => entry[1] !== null);
  const cells = new Map<string, Float32Array>();
  const entries = await Promise.all(
    task.clients.map(async ({ id: owner }): Promise<DetectorScores[]> => {
      const shared = task.scope === 'global' && members.has(owner);
      const used = present.filter(([id]) => id === owner || (shared && members.has(id)));
      const images = task.features.get(owner)!.test;
      if (used.length === 0 || images.length === 0) return [];
      const own = used.findIndex(([id]) => id === owner);
      const chunks = await Promise.all(
        Array.from({ length: Math.ceil(images.length / imagesPerJob) }, (_, chunk) =>
          executor.run({
            kind: 'score',
            images: images.slice(chunk * imagesPerJob, (chunk + 1) * imagesPerJob),
            detectors: used.map(([, blob]) => blob),
            generator: task.generator,
            imageScore: task.imageScore,
            cellsOf: own < 0 ? null : own,
          }),
        ),
      );
      if (own >= 0) {
        const parts = chunks.map((chunk) => chunk.cells!);
        cells.set(owner, join(parts, sharedFloats(lengthOf(parts))));
      }
      return used.map(([detector], index) => ({
        detector,
        images: owner,
        scores: finite(join(chunks.map((chunk) => chunk.scores[index])), detector),
      }));
    }),
  );
  return { ...indexed(entries.flat()), cells };
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

function lengthOf(parts: readonly Float32Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function join(
  parts: readonly Float32Array[],
  result: Float32Array = new Float32Array(lengthOf(parts)),
): Float32Array {
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

function finite(scores: Float32Array, detector: string): Float32Array {
  if (scores.every(Number.isFinite)) return scores;
  throw runFailed(
    `the detector of client ${detector} scores an image with a number that is not finite`,
    'Its training diverged: lower method.training.learningRate.',
  );
}
