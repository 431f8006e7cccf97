import {
  matrixTensor,
  readFloat32,
  readMatrix,
  vectorTensor,
  type Matrix,
  type TensorMap,
} from '../../base/tensor.js';
import type { Calibration } from '../../memory/calibration.js';
import { decodeSpace, encodeSpace, intoSpace, type SharedSpace } from '../alignment/shared-space.js';
import type { Engine } from '../engine/engine.js';
import { embedRows } from '../generator/embed.js';
import type { GeneratorName } from '../generator/generator.js';
import { engineDistances } from '../routines/nearest.js';

/** Everything a station needs to score images on its own. */
export interface Detector {
  readonly space: SharedSpace;
  readonly generator: GeneratorName;
  readonly parameters: readonly Float32Array[];
  /** Memory slots after the generator, [slots × dimensions]. */
  readonly anchors: Matrix;
  /** Usual distances at each anchor; null: scores are plain distances. */
  readonly calibration: Calibration | null;
}

/**
 * Scores of patch features: the distance to the nearest anchor, as a deviation from what is usual there.
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
export async function scoreAligned(
  engine: Engine,
  detector: Detector,
  points: Matrix,
): Promise<Float32Array> {
  const { generator, parameters, anchors, calibration } = detector;
  const embedded = await embedRows(engine, generator, parameters, points);
  const { indices, squared } = await engineDistances(engine).nearest(embedded, anchors, 1);
  return squared.map((square, patch) => {
    const distance = Math.sqrt(square);
    if (!calibration) return distance;
    return (distance - calibration.means[indices[patch]]) / calibration.deviations[indices[patch]];
  });
}

export function encodeDetector({ space, parameters, anchors, calibration }: Detector): TensorMap {
  const spaceTensors = encodeSpace(space);
  return {
    'space.weights': spaceTensors.weights,
    'space.offset': spaceTensors.offset,
    anchors: matrixTensor(anchors),
    ...Object.fromEntries(parameters.map((data, index) => [`generator.${index}`, vectorTensor(data)])),
    ...(calibration && {
      'calibration.means': vectorTensor(Float32Array.from(calibration.means)),
      'calibration.deviations': vectorTensor(Float32Array.from(calibration.deviations)),
    }),
  };
}

export function decodeDetector(tensors: TensorMap, generator: GeneratorName): Detector {
  const parameters: Float32Array[] = [];
  while (Object.hasOwn(tensors, `generator.${parameters.length}`)) {
    parameters.push(readFloat32(tensors, `generator.${parameters.length}`));
  }
  const calibrated = Object.hasOwn(tensors, 'calibration.means');
  return {
    space: decodeSpace({ weights: tensors['space.weights'], offset: tensors['space.offset'] }),
    generator,
    parameters,
    anchors: readMatrix(tensors, 'anchors'),
    calibration: calibrated
      ? {
          means: Float64Array.from(readFloat32(tensors, 'calibration.means')),
          deviations: Float64Array.from(readFloat32(tensors, 'calibration.deviations')),
        }
      : null,
  };
}
