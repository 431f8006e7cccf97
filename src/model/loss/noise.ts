import { invariant } from '../../base/errors.js';
import type { Ops, Value } from '../engine/ops.js';
import { attractRadius } from './hypersphere.js';
import type { LossInput, MetricLoss } from './metric-loss.js';

/** Squared distance, over r², that noise must keep from every slot. */
const noiseRadius = 2;

/** Normal patches within a radius of their nearest slot, patches with noise on them outside a larger one. */
export const noise: MetricLoss = Object.assign(
  <V extends Value>(ops: Ops<V>, { nearest, negatives }: LossInput<V>): V => {
    invariant(negatives !== undefined, 'the loss noise was given no negatives');
    const attracted = ops.mean(ops.relu(ops.subtract(nearest(1), attractRadius)));
    const repelled = ops.mean(ops.relu(ops.add(ops.multiply(negatives.nearest(1), -1), noiseRadius)));
    return ops.add(attracted, repelled);
  },
  { negatives: true },
);
