/** What methods of users' own modules are made of: `feddymem/methods`. Types are in `feddymem`, too. */
export { shuffledIndices, type RandomStream } from '../../base/random.js';
export {
  matrixTensor,
  readFloat32,
  readFloat64,
  readMatrix,
  vectorTensor,
  type Matrix,
  type TensorMap,
} from '../../base/tensor.js';
export type { SharedSpace } from '../alignment/shared-space.js';
export {
  initialTrainingState,
  type Engine,
  type TrainingDefinition,
  type TrainingState,
} from '../engine/engine.js';
export type { Ops, Value } from '../engine/ops.js';
export type { Aggregator } from './aggregators/aggregator.js';
export { fedavg } from './aggregators/fedavg.js';
export { decodeBlocks, encodeBlocks } from './blocks.js';
export { inspectNumbers, inspectPatchCount } from './inspections.js';
export type {
  ClientContext,
  ClientStep,
  Inspection,
  Method,
  MethodStep,
  ServerContext,
  ServerStep,
  StepResult,
  StepSizes,
} from './method.js';
export { averageStep } from './parameter-server.js';
export type { MethodSettings } from './settings.js';
export { encodeDetector, type Detector } from '../score/detector.js';
export type { MemoryDetector } from '../score/memory-detector.js';
