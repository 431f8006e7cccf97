import { readFloat64, type TensorMap } from '../../../base/tensor.js';
import type { Blocks } from '../../learners/learner.js';
import { decodeBlocks, encodeBlocks } from '../blocks.js';
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
 * Clients send c_i, where the paper's send its change: an upload that is late, lost or refused is made up for by the
 * client's next one, while a change that is missed would be missing from c for good.
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
    const change = (index: number, at: number, end: number) =>
      steps === 0 ? 0 : (round.global[index][at] - end) / travelled - global[index][at];
    const updated = trained.map((block, index) =>
      block.map((end, at) => own[index][at] + change(index, at, end)),
    );
    const control = encodeBlocks(updated, 'control');
    return { local: { control }, message: control };
  },
  combine(context) {
    const patches = patchesOf(context);
    return {
      local: { ...acceptedNow(context), controls: patches },
      message: encodeBlocks(meanControl(context, patches), 'control'),
    };
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

/** A client's tensor in the server's entry `controls`. */
const patchesPrefix = 'patches.';

/** Server: an entry a client, so that a round rewrites those of its own clients alone. */
function entryOf(client: string): string {
  return `control.${client}`;
}

/** The c_k of this step's uploads, as entries to keep. */
function acceptedNow({ uploads }: ServerContext): Record<string, TensorMap> {
  return Object.fromEntries(
    uploads.map(({ client, message }) => [
      entryOf(client),
      encodeBlocks(decodeBlocks(message, 'control'), 'control'),
    ]),
  );
}

/** n_k of every client that has answered, as it last was; by name, so that sums do not depend on who came first. */
function patchesOf({ uploads, hasLocal, local }: ServerContext): TensorMap {
  const before = hasLocal('controls') ? local('controls') : {};
  const now = uploads.map(({ client, message }) => [`${patchesPrefix}${client}`, message.patches] as const);
  const all = Object.entries({ ...before, ...Object.fromEntries(now) });
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** c = Σ n_k c_k / Σ n_k over the clients that have answered, each c_k as it was last accepted. */
function meanControl({ uploads, local }: ServerContext, patches: TensorMap): Blocks {
  const now = new Map(uploads.map(({ client, message }) => [client, message]));
  const sums = decodeBlocks(uploads[0].message, 'control').map((block) => new Float64Array(block.length));
  let total = 0;
  for (const name of Object.keys(patches)) {
    const client = name.slice(patchesPrefix.length);
    const [count] = readFloat64(patches, name);
    const accepted = decodeBlocks(now.get(client) ?? local(entryOf(client)), 'control');
    total += count;
    sums.forEach((sum, index) => {
      for (let at = 0; at < sum.length; at++) sum[at] += count * accepted[index][at];
    });
  }
  return sums.map((sum) => Float32Array.from(sum, (value) => value / total));
}
