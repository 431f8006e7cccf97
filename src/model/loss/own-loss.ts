import type { Ops, Value } from '../engine/ops.js';
import {
  callOwn,
  isPinned,
  loadedParts,
  ownPartError,
  see,
  unpinned,
  type PinnedModule,
} from '../own-part.js';
import { metricLosses, type LossInput, type MetricLoss, type MetricLossName } from './metric-loss.js';

const loaded = loadedParts<MetricLoss>('loss');

/** A loss by its name; null for `none`. A module's must have been loaded in this thread. */
export function lossNamed(name: MetricLossName): MetricLoss | null {
  return isPinned(name) ? loaded.get(name) : metricLosses[name];
}

export function isLossLoaded(name: PinnedModule): boolean {
  return loaded.has(name);
}

/** @throws FeddymemError (bad-input) when a module's export is no loss */
export function addOwnLoss(name: PinnedModule, exported: unknown): void {
  const { path } = unpinned(name);
  if (typeof exported !== 'function') {
    const problem = exported === undefined ? 'exports no loss' : 'exports a loss that is no function';
    throw ownPartError('loss', path, problem, `Write: export const loss = (ops, { nearest }) => …; ${see}`);
  }
  loaded.add(name, checked(path, exported as MetricLoss));
}

/** The loss with errors that name its file. */
function checked(path: string, loss: MetricLoss): MetricLoss {
  const call = <V extends Value>(ops: Ops<V>, input: LossInput<V>): V => {
    const value = callOwn<V | undefined>('loss', path, 'loss', () => loss(ops, input));
    if (!Array.isArray(value?.shape)) {
      const hint = `Return what an operation of ops returns; ${see}`;
      throw ownPartError('loss', path, `returns ${nameOf(value)}, not a scalar`, hint);
    }
    if (value.shape.length > 0) {
      const problem = `returns a value of shape [${value.shape.join(', ')}], not a scalar`;
      throw ownPartError('loss', path, problem, 'Reduce it with ops.mean or ops.sum.');
    }
    return value;
  };
  return Object.assign(call, { negatives: loss.negatives === true });
}

function nameOf(value: unknown): string {
  return value === undefined ? 'nothing' : value instanceof Promise ? 'a promise' : `a ${typeof value}`;
}
