import type { TensorMap } from '../../../base/tensor.js';
import type { Shape } from '../../engine/shapes.js';
import type { Blocks, Learner } from '../../learners/learner.js';
import type { ClientContext, LocalEntries, ServerContext } from '../method.js';
import type { Extension } from './extended-training.js';

/**
 * How parameters are shared, whatever they are parameters of. All aggregators average them by the patches behind them;
 * what they do besides stands here.
 */
export interface Aggregator {
  readonly name: string;
  /** How local training differs from minimising the learner's loss; null: in nothing. */
  extend?(round: LocalRound): Extension | null;
  /** Client, after a round: what it keeps and sends beside the parameters. */
  afterTraining?(round: LocalRound, trained: Blocks): { local: LocalEntries; message: TensorMap };
  /** Groups of blocks that an upload holds beside `parameter`, each of the parameters' shapes. */
  readonly uploads?: readonly string[];
  /** Server: what it keeps and broadcasts beside the average. */
  combine?(context: ServerContext): { local: LocalEntries; message: TensorMap };
}

/** A client's round of training, before it begins. */
export interface LocalRound {
  readonly context: Pick<ClientContext, 'settings' | 'received' | 'local' | 'hasLocal'>;
  readonly learner: Learner;
  /** Of the parameters. */
  readonly shapes: readonly Shape[];
  /** The parameters that the server sent; before the first average, the common start. */
  readonly global: Blocks;
}
