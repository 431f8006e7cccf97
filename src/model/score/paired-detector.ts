import type { Matrix, TensorMap } from '../../base/tensor.js';
import type { SharedSpace } from '../alignment/shared-space.js';
import type { Engine } from '../engine/engine.js';
import type { GeneratorName } from '../generator/generator.js';
import {
  decodeMemoryDetector,
  encodeMemoryDetector,
  scoreByMemory,
  type MemoryDetector,
} from './memory-detector.js';

/**
 * Two memories: what the federation shares, and what a client keeps of its own products alone, in a space of its own.
 * Both are calibrated, so that their scores can be compared. An image is judged whole by one of them.
 */
export interface PairedDetector {
  readonly shared: MemoryDetector;
  readonly own: MemoryDetector;
}

/** The private memory judges an image that it finds at most so many deviations more unusual than the shared one does. */
const familiarWithin = 1.5;

/** Patches of images in a space: [images · cellsPerImage × its dimensions]. */
export type PointsIn = (space: SharedSpace) => Promise<Matrix>;

/**
 * Scores by the memory that knows an image: by the private one where its median cell is hardly more unusual than by the
 * shared one. A defect covers less than half of an image, so that a familiar product stays familiar with it.
 */
export async function scoreByPair(
  engine: Engine,
  { shared, own }: PairedDetector,
  pointsIn: PointsIn,
  cellsPerImage: number,
): Promise<Float32Array> {
  const sharedScores = await scoreByMemory(engine, shared, await pointsIn(shared.space));
  const ownScores = await scoreByMemory(engine, own, await pointsIn(own.space));
  const result = new Float32Array(sharedScores.length);
  for (let start = 0; start < result.length; start += cellsPerImage) {
    const [byShared, byOwn] = [sharedScores, ownScores].map((scores) =>
      scores.subarray(start, start + cellsPerImage),
    );
    result.set(isFamiliar(byOwn, byShared) ? byOwn : byShared, start);
  }
  return result;
}

/** @param byOwn cell scores of an image by the private memory @param byShared and by the shared one */
export function isFamiliar(byOwn: Float32Array, byShared: Float32Array): boolean {
  return median(byOwn) <= median(byShared) + familiarWithin;
}

function median(values: Float32Array): number {
  const sorted = values.toSorted();
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** What is private stands beside the shared memory's tensors, under names of its own. */
const prefix = 'private.';

export function encodePairedDetector({ shared, own }: PairedDetector): TensorMap {
  const named = Object.entries(encodeMemoryDetector(own)).map(([name, tensor]) => [prefix + name, tensor]);
  return { ...encodeMemoryDetector(shared), ...(Object.fromEntries(named) as TensorMap) };
}

/** Null when the tensors hold no private memory. */
export function decodePairedDetector(tensors: TensorMap, generator: GeneratorName): PairedDetector | null {
  if (!Object.hasOwn(tensors, `${prefix}anchors`)) return null;
  const own = Object.entries(tensors).flatMap(([name, tensor]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
  );
  return {
    shared: decodeMemoryDetector(tensors, generator),
    own: decodeMemoryDetector(Object.fromEntries(own) as TensorMap, 'none'),
  };
}
