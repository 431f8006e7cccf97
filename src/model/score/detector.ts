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

/** Everything a station needs to score images on its own: a memory, or a trained network. */
export type Detector = MemoryDetector | NetworkDetector;

/**
 * Scores of patch features: the more anomalous, the higher.
 * @param features [patches × channels]
 */
export async function scorePatches(
  engine: Engine,
  detector: Detector,
  features: Matrix,
): Promise<Float32Array> {
  return scoreAligned(engine, detector, await intoSpace(engine, detector.space, features));
}

/** The same for patches that are in the detector's shared space already. */
export function scoreAligned(engine: Engine, detector: Detector, points: Matrix): Promise<Float32Array> {
  return isNetwork(detector)
    ? scoreByNetwork(engine, detector, points)
    : scoreByMemory(engine, detector, points);
}

/** Whether a score says how many deviations a patch is from what is usual. */
export function isCalibrated(detector: Detector): boolean {
  return !isNetwork(detector) && detector.calibration !== null;
}

export function encodeDetector(detector: Detector): TensorMap {
  return isNetwork(detector) ? encodeNetworkDetector(detector) : encodeMemoryDetector(detector);
}

/** @param generator of a detector with a memory */
export function decodeDetector(tensors: TensorMap, generator: GeneratorName): Detector {
  return decodeNetworkDetector(tensors) ?? decodeMemoryDetector(tensors, generator);
}

function isNetwork(detector: Detector): detector is NetworkDetector {
  return 'network' in detector;
}
