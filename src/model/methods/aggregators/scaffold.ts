import { readFloat64, vectorTensor, type TensorMap } from '../../../base/tensor.js';
import type { Blocks } from '../../learners/learner.js';
import { blockNames, decodeBlocks, encodeBlocks } from '../blocks.js';
import type { ServerContext } from '../method.js';
import type { Aggregator, LocalRound } from './aggregator.js';

/**
 * SCAFFOLD (Karimireddy, Kale, Mohri, Reddi, Stich, Suresh: SCAFFOLD: Stochastic Controlled Averaging for Federated
 * Learning. ICML 2020): control variates correct each client's gradient by c − c_i. As a term of the loss, ⟨c − c_i, w⟩:
 * under plain gradient descent that is the same. After K steps of size η from x to y, by the paper's option II,
 * c_i ← c_i − c + (x − y) / (K η). Both variates travel, so that messages are twice as long.
 *
 * Departures: clients count by their patches, in x and, so that corrections cancel out, in c; c is the mean over the
 * clients that have answered so far, where the paper counts the others as zeros; the server takes whole steps (η_g = 1).
 */
export const scaffold: Aggregator = {
  name: 'scaffold',
  uploads: ['control'],
  extend(round) {
    const { global, own } = controls(round);
    const learningRate = learningRateOf(round);
    return {
      key: 'scaffold',
      optimiser: { kind: 'gradient-descent', learningRate },
      blocks: global.map((block, index) => ({
        shape: round.shapes[index],
        data: block.map((value, at) => value - own[index][at]),
      })),
      term: (ops, { parameters, blocks }) =>
        parameters
          .map((parameter, index) => ops.sum(ops.multiply(parameter, blocks[index])))
          .reduce((sum, product) => ops.add(sum, product)),
    };
  },
  afterTraining(round, trained) {
    const { global, own } = controls(round);
    const { steps } = round.context.settings.training;
    const travelled = steps * learningRateOf(round);
    const changes = trained.map((block, index) =>
      block.map((value, at) =>
        steps === 0 ? 0 : (round.global[index][at] - value) / travelled - global[index][at],
      ),
    );
    const updated = own.map((block, index) => block.map((value, at) => value + changes[index][at]));
    return {
      local: { control: encodeBlocks(updated, 'control') },
      message: encodeBlocks(changes, 'control'),
    };
  },
  combine(context) {
    const sums = sumsOf(context);
    const total = Object.values(sums.patches).reduce((sum, count) => sum + count, 0);
    const mean = sums.blocks.map((block) => Float32Array.from(block, (value) => value / total));
    return { local: { control: encodeSums(sums) }, message: encodeBlocks(mean, 'control') };
  },
};

function learningRateOf({ context }: LocalRound): number {
  return context.settings.rival.scaffold.learningRate;
}

/** c and c_i; zeros before there are any. */
function controls({ context, global: parameters }: LocalRound): { global: Blocks; own: Blocks } {
  const { received } = context;
  const zeros = () => parameters.map((block) => new Float32Array(block.length));
  const sent = received && Object.hasOwn(received, 'control.0');
  return {
    global: sent ? decodeBlocks(received, 'control') : zeros(),
    own: context.hasLocal('control') ? decodeBlocks(context.local('control'), 'control') : zeros(),
  };
}

/** Σ nₖ cₖ over the clients that have answered, and their nₖ. */
interface ControlSums {
  readonly blocks: readonly Float64Array[];
  readonly patches: Readonly<Record<string, number>>;
}

function sumsOf(context: ServerContext): ControlSums {
  const blocks = context.hasLocal('control')
    ? blockNames(context.local('control'), 'sum').map((name) =>
        readFloat64(context.local('control'), name).slice(),
      )
    : decodeBlocks(context.uploads[0].message, 'control').map((block) => new Float64Array(block.length));
  const patches: Record<string, number> = context.hasLocal('control')
    ? decodePatches(context.local('control'))
    : {};
  for (const { client, message } of context.uploads) {
    const [count] = readFloat64(message, 'patches');
    patches[`patches.${client}`] = count;
    decodeBlocks(message, 'control').forEach((change, index) => {
      for (let at = 0; at < change.length; at++) blocks[index][at] += count * change[at];
    });
  }
  return { blocks, patches };
}

function encodeSums({ blocks, patches }: ControlSums): TensorMap {
  return {
    ...Object.fromEntries(blocks.map((block, index) => [`sum.${index}`, vectorTensor(block)])),
    ...Object.fromEntries(
      Object.entries(patches).map(([name, count]) => [name, vectorTensor(Float64Array.of(count))]),
    ),
  };
}

function decodePatches(tensors: TensorMap): Record<string, number> {
  const names = Object.keys(tensors).filter((name) => name.startsWith('patches.'));
  return Object.fromEntries(names.map((name) => [name, readFloat64(tensors, name)[0]]));
}
