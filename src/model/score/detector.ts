import type { Matrix, TensorMap } from '../../base/tensor.js';
import { intoSpace } from '../alignment/shared-space.js';
import type { Engine } from '../engine/engine.js';
import type { GeneratorName } from '../generator/generator.js';
import {
  decodeMemoryDetector,
  encodeMemoryDetector,
  scoreByMemory,
  type MemoryDetector,
} from './memory-detector.js';
import {
  decodeNetworkDetector,
  encodeNetworkDetector,
  scoreByNetwork,
  type NetworkDetector,
} from './network-detector.js';
import {
  decodePairedDetector,
  encodePairedDetector,
  scoreByPair,
  type PairedDetector,
  type PointsIn,
} from './paired-detector.js';

/** Everything a station needs to score images on its own: a memory, two of them, or a trained network. */
export type Detector = MemoryDetector | PairedDetector | NetworkDetector;

/**
 * Scores of the patches of whole images: the more anomalous, the higher.
 * @param features [images · cellsPerImage × channels]
 */
export function scorePatches(
  engine: Engine,
  detector: Detector,
  features: Matrix,
  cellsPerImage = features.rows,
): Promise<Float32Array> {
  return scoreIn(engine, detector, (space) => intoSpace(engine, space, features), cellsPerImage);
}

/** The same for patches that somebody else takes into the spaces that the detector asks for. */
export async function scoreIn(
  engine: Engine,
  detector: Detector,
  pointsIn: PointsIn,
  cellsPerImage: number,
): Promise<Float32Array> {
  if (isPair(detector)) return scoreByPair(engine, detector, pointsIn, cellsPerImage);
  const points = await pointsIn(detector.space);
  return isNetwork(detector)
    ? scoreByNetwork(engine, detector, points)
    : scoreByMemory(engine, detector, points);
}

/** Whether a score says how many deviations a patch is from what is usual. */
export function isCalibrated(detector: Detector): boolean {
  if (isPair(detector)) return true;
  return !isNetwork(detector) && detector.calibration !== null;
}

export function encodeDetector(detector: Detector): TensorMap {
  if (isPair(detector)) return encodePairedDetector(detector);
  return isNetwork(detector) ? encodeNetworkDetector(detector) : encodeMemoryDetector(detector);
}

/** @param generator of a detector with a memory */
export function decodeDetector(tensors: TensorMap, generator: GeneratorName): Detector {
  return (
    decodeNetworkDetector(tensors) ??
    decodePairedDetector(tensors, generator) ??
    decodeMemoryDetector(tensors, generator)
  );
}

function isNetwork(detector: Detector): detector is NetworkDetector {
  return 'network' in detector;
}

function isPair(detector: Detector): detector is PairedDetector {
  return 'own' in detector;
}
