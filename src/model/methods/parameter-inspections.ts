import type { TensorMap } from '../../base/tensor.js';
import { sizeOf } from '../engine/shapes.js';
import type { Learner, SharedConstant } from '../learners/learner.js';
import { dimensionsOf } from './alignment-steps.js';
import { patchCounts } from './costs.js';
import { inspectNumbers, inspectPatchCount, inspectType, refusal } from './inspections.js';
import type { Inspection } from './method.js';

/** Checks of what clients of parameter-sharing methods upload. Each throws the reason of a refusal. */

/**
 * The parameter blocks, each as long as the learner has it, and further groups of the same lengths.
 * @param groups besides `parameter`
 */
export function inspectBlocks(
  message: TensorMap,
  inspection: Inspection,
  learner: Learner,
  groups: readonly string[] = [],
): void {
  const { settings, sizes } = inspection;
  inspectPatchCount(message, 'patches', patchCounts(sizes, settings).training);
  inspectType(message, 'patches', 'F64');
  const shapes = learner.parameterShapes(dimensionsOf(inspection), settings);
  for (const group of ['parameter', ...groups])
    for (const [index, shape] of shapes.entries()) {
      inspectNumbers(message, `${group}.${index}`, sizeOf(shape));
      inspectType(message, `${group}.${index}`, 'F32');
    }
  refuseSurplus(message, shapes.length * (1 + groups.length) + 1);
}

/** Sums over patches, of which a constant is made. */
export function inspectSums(message: TensorMap, inspection: Inspection, constant: SharedConstant): void {
  const { settings, sizes } = inspection;
  inspectPatchCount(message, 'count', patchCounts(sizes, settings).training);
  const length = constant.length(dimensionsOf(inspection), settings);
  inspectNumbers(message, 'sums', length);
  for (const name of ['count', 'sums']) inspectType(message, name, 'F64');
  refuseSurplus(message, 2);
}

function refuseSurplus(message: TensorMap, expected: number): void {
  const surplus = Object.keys(message).length - expected;
  if (surplus > 0) throw refusal(`it holds ${surplus} tensors too many`);
}
