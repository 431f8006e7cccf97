import type { RandomStream } from '../../base/random.js';
import type { Matrix, TensorMap } from '../../base/tensor.js';
import type { Distances } from '../../memory/distances.js';
import type { Engine } from '../engine/engine.js';
import type { MethodSettings } from './settings.js';

/** One exchange: broadcast, clients' work, answers, server's work. The server's message is the next broadcast. */
export interface MethodStep {
  readonly name: string;
  /** The round its bytes count for; null for what happens once, before the rounds. */
  readonly round: number | null;
  /** `held-out` clients take part in nothing but the steps addressed to them. */
  readonly audience: 'participants' | 'held-out';
  /** Comes after the rounds and makes detectors of what was learnt: an evaluation between rounds runs these alone. */
  readonly finishing?: boolean;
}

/** A client's training images as patch features. */
export interface TrainingImages {
  readonly count: number;
  readonly patchesPerImage: number;
  readonly channels: number;
  /** Patch features of one image, [patches × channels]. */
  features(image: number): Promise<Matrix>;
}

interface StepContext {
  readonly engine: Engine;
  readonly distances: Distances;
  readonly settings: MethodSettings;
  readonly round: number | null;
  /** A random stream of this actor, step and purpose. */
  random(...address: readonly (string | number)[]): RandomStream;
  /** A random stream that is the same for every actor and step: what all could derive from the seed. */
  common(...address: readonly (string | number)[]): RandomStream;
  /** What earlier steps left here. @throws when there is no such entry */
  local(name: string): TensorMap;
  hasLocal(name: string): boolean;
}

export interface ClientContext extends StepContext {
  readonly client: string;
  readonly images: TrainingImages;
  readonly received: TensorMap | null;
}

export interface ServerContext extends StepContext {
  /** In the order of the clients. */
  readonly uploads: readonly { readonly client: string; readonly message: TensorMap }[];
}

export interface StepResult {
  /** Entries of local state, new or replaced. */
  readonly local?: Readonly<Record<string, TensorMap>>;
  /** What is sent; its encoded length is what the network carries. */
  readonly message?: TensorMap | null;
  readonly figures?: Readonly<Record<string, number>>;
}

export type ClientStep = (context: ClientContext) => Promise<StepResult>;
export type ServerStep = (context: ServerContext) => Promise<StepResult>;

/** A step for every participant. */
export function step(name: string, round: number | null, finishing = false): MethodStep {
  return { name, round, audience: 'participants', finishing };
}

/** Round 0, then as many rounds of training as the settings ask for. */
export function roundSteps(settings: MethodSettings): MethodStep[] {
  const training = Array.from({ length: settings.rounds }, (_, index) => step('train', index + 1));
  return [step('initialise', 0), ...training];
}

/** Sizes that a step's cost depends on. */
export interface StepSizes {
  readonly trainingImages: number;
  readonly patchesPerImage: number;
  readonly channels: number;
  readonly clients: number;
}

/**
 * A federated method, whole in one file: which exchanges it makes, what clients and server do in each, and what that
 * costs. A finished client has a local entry `detector` (see score/detector.ts); one without can't score.
 */
export interface Method {
  readonly name: string;
  /** @param heldOut whether there are clients that only receive */
  steps(settings: MethodSettings, heldOut: boolean): readonly MethodStep[];
  /** By step name. */
  readonly client: Readonly<Record<string, ClientStep>>;
  /** By step name; a step without one only waits for its answers. */
  readonly server: Readonly<Record<string, ServerStep>>;
  /** Floating-point operations of a step, for virtual time. */
  cost(step: string, role: 'client' | 'server', sizes: StepSizes, settings: MethodSettings): number;
}
