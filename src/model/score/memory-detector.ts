import {
  matrixTensor,
  readFloat32,
  readMatrix,
  vectorTensor,
  type Matrix,
  type TensorMap,
} from '../../base/tensor.js';
import type { Calibration } from '../../memory/calibration.js';
import { decodeSpace, encodeSpace, type SharedSpace } from '../alignment/shared-space.js';
import type { Engine } from '../engine/engine.js';
import { embedRows } from '../generator/embed.js';
import type { GeneratorName } from '../generator/generator.js';
import { generatorNamed } from '../generator/own-generator.js';
import { engineDistances } from '../routines/nearest.js';

/** Judges patches by their distance to a memory. */
export interface MemoryDetector {
  readonly space: SharedSpace;
  readonly generator: GeneratorName;
  readonly parameters: readonly Float32Array[];
  /** Memory slots after the generator, [slots × dimensions]. */
  readonly anchors: Matrix;
  /** Usual distances at each anchor; null: scores are plain distances. */
  readonly calibration: Calibration | null;
}

/** The distance to the nearest anchor, as a deviation from what is usual there. */
export async function scoreByMemory(
  engine: Engine,
  detector: MemoryDetector,
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

/** Says of a generator without parameters that it is applied; others are told by their parameters. */
const isApplied = 'generator.applied';

export function encodeMemoryDetector(detector: MemoryDetector): TensorMap {
  const { space, generator, parameters, anchors, calibration } = detector;
  const spaceTensors = encodeSpace(space);
  return {
    'space.weights': spaceTensors.weights,
    'space.offset': spaceTensors.offset,
    anchors: matrixTensor(anchors),
    ...Object.fromEntries(parameters.map((data, index) => [`generator.${index}`, vectorTensor(data)])),
    ...(generator !== 'none' && parameters.length === 0 && { [isApplied]: vectorTensor(Float32Array.of(1)) }),
    ...(calibration && {
      'calibration.means': vectorTensor(Float32Array.from(calibration.means)),
      'calibration.deviations': vectorTensor(Float32Array.from(calibration.deviations)),
    }),
  };
}

export function decodeMemoryDetector(tensors: TensorMap, generator: GeneratorName): MemoryDetector {
  const parameters: Float32Array[] = [];
  while (Object.hasOwn(tensors, `generator.${parameters.length}`)) {
    parameters.push(readFloat32(tensors, `generator.${parameters.length}`));
  }
  const calibrated = Object.hasOwn(tensors, 'calibration.means');
  const anchors = readMatrix(tensors, 'anchors');
  // A method without a generator leaves no sign of it, whatever the scenario's generator is.
  const absent =
    parameters.length === 0
      ? !Object.hasOwn(tensors, isApplied)
      : parameters.length < generatorNamed(generator).parameterShapes(anchors.columns).length;
  return {
    space: decodeSpace({ weights: tensors['space.weights'], offset: tensors['space.offset'] }),
    generator: absent ? 'none' : generator,
    parameters,
    anchors,
    calibration: calibrated
      ? {
          means: Float64Array.from(readFloat32(tensors, 'calibration.means')),
          deviations: Float64Array.from(readFloat32(tensors, 'calibration.deviations')),
        }
      : null,
  };
}
