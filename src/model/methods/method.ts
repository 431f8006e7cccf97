import type { RandomStream } from '../../base/random.js';
import type { Matrix, TensorMap } from '../../base/tensor.js';
import type { Distances } from '../../memory/distances.js';
import type { Engine } from '../engine/engine.js';
import type { MethodSettings } from './settings.js';
import type { UnreadSettings } from './unread-settings.js';

/** One exchange: broadcast, clients' work, answers, server's work. The server's message is the next broadcast. */
export interface MethodStep {
  readonly name: string;
  /** The round its bytes count for; null for what happens once, before the rounds. */
  readonly round: number | null;
  /**
   * `cohort`: whom the schedule samples; `everyone` who finishes, by default all who take part; `held-out` clients take
   * part in nothing but the steps addressed to them.
   */
  readonly audience: 'cohort' | 'everyone' | 'held-out';
  /** Comes after the rounds and makes detectors of what was learnt: an evaluation between rounds runs these alone. */
  readonly finishing?: boolean;
  /** Nothing can follow when no answer is accepted. */
  readonly essential?: boolean;
  /** A client's last upload speaks for it while it is absent. */
  readonly retains?: boolean;
}

/** A client's training images as patch features. */
export interface TrainingImages {
  readonly count: number;
  readonly patchesPerImage: number;
  readonly channels: number;
  /** Patch features of one image, [patches × channels]; they hold until the next are asked for. */
  features(image: number): Promise<Matrix>;
  /** The product, texture or body part that an image shows. */
  category(image: number): string;
}

interface StepContext {
  readonly engine: Engine;
  readonly distances: Distances;
  readonly settings: MethodSettings;
  readonly round: number | null;
  /** A random stream of this actor, step and purpose. */
  random(...address: readonly (string | number)[]): RandomStream;
  /** The random streams of a client, for who works in its place: what it would draw in this step, or in another. */
  inPlaceOf(client: string): Pick<ClientContext, 'random' | 'inStep'>;
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
  /** What the server gives every client at their first contact. */
  readonly setup: TensorMap | null;
  /** The random streams of a step of this client that is made up for now. */
  inStep(name: string): StepContext['random'];
}

export interface ServerContext extends StepContext {
  /** In the order of the clients. */
  readonly uploads: readonly Upload[];
}

export interface Upload {
  readonly client: string;
  readonly message: TensorMap;
  /** How much it counts: 1, or less when it is stale. */
  readonly weight: number;
}

export interface StepResult {
  /** Entries of local state, new or replaced; null removes one. */
  readonly local?: LocalEntries;
  /** What is sent; its encoded length is what the network carries. */
  readonly message?: TensorMap | null;
  /** Server: what every client gets from now on at its first contact. */
  readonly setup?: TensorMap;
  readonly figures?: Readonly<Record<string, number>>;
}

export type ClientStep = (context: ClientContext) => Promise<StepResult>;
export type ServerStep = (context: ServerContext) => Promise<StepResult>;

export type LocalEntries = Readonly<Record<string, TensorMap | null>>;

/** The context as if its local state had these entries. */
export function withLocal(context: ClientContext, entries: LocalEntries): ClientContext {
  const has = (name: string) =>
    Object.hasOwn(entries, name) ? entries[name] !== null : context.hasLocal(name);
  return { ...context, hasLocal: has, local: (name) => entries[name] ?? context.local(name) };
}

/** Round 0, then as many rounds of training as the settings ask for. */
export function roundSteps(settings: MethodSettings, retains = false): MethodStep[] {
  const training = Array.from({ length: settings.rounds }, (_, index): MethodStep => ({
    name: 'train',
    round: index + 1,
    audience: 'cohort',
    retains,
  }));
  return [{ name: 'initialise', round: 0, audience: 'cohort', retains, essential: retains }, ...training];
}

/** A step that turns what was learnt into detectors. */
export function finishingStep(name: string, settings: MethodSettings, essential = false): MethodStep {
  return { name, round: settings.rounds, audience: 'everyone', finishing: true, essential };
}

/** Sizes that a step's cost depends on. */
export interface StepSizes {
  readonly trainingImages: number;
  readonly patchesPerImage: number;
  readonly channels: number;
  readonly clients: number;
  /** Names of the local entries that the actor has: one without them has to catch up first. */
  has(entry: string): boolean;
}

/** What a server can check an upload against. */
export interface Inspection {
  readonly client: string;
  /** What the server knows of the client. */
  readonly sizes: Omit<StepSizes, 'has'>;
  readonly settings: MethodSettings;
  /** The server's own state. @throws when there is no such entry */
  local(name: string): TensorMap;
  hasLocal(name: string): boolean;
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
  /** By step name: throws, with a reason, when an upload can't be what its client was asked for. */
  readonly inspect: Readonly<Record<string, (message: TensorMap, inspection: Inspection) => void>>;
  /** Settings that steps don't read: runs that differ only in them share those steps. Left out: all are read. */
  readonly unread?: UnreadSettings;
  /** Floating-point operations of a step, for virtual time. */
  cost(step: string, role: 'client' | 'server', sizes: StepSizes, settings: MethodSettings): number;
}
