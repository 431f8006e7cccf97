import type { Matrix } from '../../base/tensor.js';
import type { Ops, Value } from '../engine/ops.js';
import type { Shape } from '../engine/shapes.js';
import type { ClientContext, LocalEntries, StepSizes } from '../methods/method.js';
import type { MethodSettings } from '../methods/settings.js';
import type { NamedStep } from '../methods/step-operations.js';
import type { Detector } from '../score/detector.js';

/** Blocks of numbers whose shapes are known elsewhere: parameters, gradients, control variates. */
export type Blocks = readonly Float32Array[];

/** What a client of a parameter-sharing method trains on its patches in the shared space, whoever averages it. */
export interface Learner {
  readonly name: string;
  /** Whether it judges by calibration images; else none are set aside, and it trains on all. */
  readonly calibrates: boolean;
  parameterShapes(dimensions: number, settings: MethodSettings): readonly Shape[];
  /** The parameters before training, from a stream that all clients share. */
  initialParameters(dimensions: number, context: Pick<ClientContext, 'settings' | 'common'>): Blocks;
  /** Local entries beside the parameters, made when a client enters the federation. */
  begin(context: ClientContext, points: Matrix): Promise<LocalEntries>;
  /** Numbers that all clients must know before they train; null where there are none. */
  readonly constant: SharedConstant | null;
  /** A round of local training from the given parameters, with a fresh optimiser. */
  train(context: ClientContext, start: Blocks, constant: Float32Array): Promise<Trained>;
  /** The step that `train` takes over and over; null: none. */
  step(sizes: StepSizes, settings: MethodSettings): NamedStep | null;
  /** Features of a training batch, for terms that compare models. */
  readonly embedding?: Embedding;
  /** After the rounds: the detector. */
  finish(context: ClientContext, parameters: Blocks, constant: Float32Array): Promise<Finished>;
  /** Floating-point operations of each exchange; neither those of `step` nor what the shared space costs. */
  cost(step: 'initialise' | 'train' | 'finish', sizes: StepSizes, settings: MethodSettings): number;
}

export interface Embedding {
  /**
   * [batch × any]
   * @param inputs those of the learner's loss
   */
  of<V extends Value>(ops: Ops<V>, parameters: readonly V[], inputs: readonly V[]): V;
}

/** Made of a mean over all patches of the federation, which clients send as sums. */
export interface SharedConstant {
  length(dimensions: number, settings: MethodSettings): number;
  /** Sums over the client's patches, [length]. */
  sums(context: ClientContext, points: Matrix, parameters: Blocks): Promise<Float64Array>;
  fromMean(mean: Float64Array): Float32Array;
}

export interface Trained {
  readonly parameters: Blocks;
  readonly local: LocalEntries;
  readonly figures: Readonly<Record<string, number>>;
}

export interface Finished {
  readonly local: LocalEntries;
  readonly detector: Detector;
}
