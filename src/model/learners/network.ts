import type { RandomStream } from '../../base/random.js';
import type { Ops, Value } from '../engine/ops.js';
import type { Shape } from '../engine/shapes.js';
import type { RivalSettings } from '../methods/rival-settings.js';

/** What a network's loss sees of a batch; through `patches` no gradient is asked for. */
export interface NetworkBatch<V extends Value> {
  /** Patches in the shared space, [batch × dimensions]. */
  readonly patches: V;
  /** What all clients know beside the parameters: {@link Network.constant}, [its length]. */
  readonly constant: V;
  /** Standard normal numbers of this step, [batch × dimensions]; only for networks that ask for them. */
  readonly noise: V;
}

/** A small network that judges single patches: written once, for every engine and every way to share its parameters. */
export interface Network {
  /** Of its blocks of parameters. */
  parameterShapes(dimensions: number, settings: RivalSettings): readonly Shape[];
  /** The blocks before training; every client gets the same. */
  initialise(dimensions: number, settings: RivalSettings, random: RandomStream): readonly Float32Array[];
  readonly constant: NetworkConstant;
  readonly needsNoise: boolean;
  /** To be minimised; a scalar. */
  loss<V extends Value>(
    ops: Ops<V>,
    parameters: readonly V[],
    batch: NetworkBatch<V>,
    settings: RivalSettings,
  ): V;
  /** The features that the network makes of patches: what MOON compares. */
  readonly embedding?: NetworkEmbedding;
  /** How anomalous each patch is: [patches × dimensions] → [patches]. */
  score<V extends Value>(ops: Ops<V>, parameters: readonly V[], constant: V, patches: V): V;
}

export interface NetworkEmbedding {
  /** [patches × dimensions] → [patches × any] */
  of<V extends Value>(ops: Ops<V>, parameters: readonly V[], patches: V, constant: V): V;
}

/** Numbers that come from a mean over all patches of the federation before anything is trained. */
export interface NetworkConstant {
  length(dimensions: number, settings: RivalSettings): number;
  /** What is averaged, of each patch: [patches × dimensions] → [patches × length]. */
  measure<V extends Value>(ops: Ops<V>, parameters: readonly V[], patches: V): V;
  /** Multiplications and additions in pairs that this costs for a patch. */
  products(dimensions: number, settings: RivalSettings): number;
  /** What is made of the mean. */
  fromMean(mean: Float64Array): Float32Array;
}
