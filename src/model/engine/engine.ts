import type { Optimiser } from './optimiser.js';
import type { Definition, Ops, Value } from './ops.js';
import type { Shape } from './shapes.js';

/** Engines that can run a simulation. */
export const engineNames = ['onnx', 'tensorflow', 'wasm'] as const;
export type EngineName = (typeof engineNames)[number];

/** An output block: floats, or indices. */
export type Output = Float32Array | Int32Array;

/** A compiled definition. */
export interface Program {
  /**
   * Inputs by position, of the compiled shapes; outputs belong to the caller.
   * @param into blocks of the outputs' types and lengths, not in shared memory, that are written and returned in place of
   * new ones; undefined for one that is to be new
   */
  run(inputs: readonly Float32Array[], into?: readonly (Output | undefined)[]): Promise<readonly Output[]>;
}

/** A scalar loss of parameters and inputs, to be minimised. */
export interface TrainingDefinition {
  readonly parameters: readonly Shape[];
  readonly inputs: readonly Shape[];
  readonly optimiser: Optimiser;
  loss<V extends Value>(ops: Ops<V>, parameters: readonly V[], inputs: readonly V[]): V;
}

/** Parameters and optimiser moments between two steps. */
export interface TrainingState {
  readonly parameters: readonly Float32Array[];
  readonly firstMoments: readonly Float32Array[];
  readonly secondMoments: readonly Float32Array[];
  /** Steps taken so far. */
  readonly step: number;
}

/** A compiled training step: forward, backward and optimiser in one. */
export interface TrainingStep {
  run(state: TrainingState, inputs: readonly Float32Array[]): Promise<{ loss: number; state: TrainingState }>;
}

/** Where numbers are crunched. Everything that learns or scores is a definition compiled by an engine. */
export interface Engine {
  readonly name: EngineName;
  /** Library version and device, for manifests. */
  readonly version: string;
  readonly device: string;
  /**
   * A program for a definition, compiled at its first run and kept for later ones.
   * @param key names the definition: equal keys and shapes promise an equal definition
   */
  compile(key: string, inputShapes: readonly Shape[], define: Definition): Program;
  compileTraining(key: string, definition: TrainingDefinition): TrainingStep;
  /** Milliseconds spent computing so far. */
  busyMilliseconds(): number;
  dispose(): Promise<void>;
}

/** Zero moments around fresh parameters. */
export function initialTrainingState(parameters: readonly Float32Array[]): TrainingState {
  const zeros = () => parameters.map((parameter) => new Float32Array(parameter.length));
  return { parameters, firstMoments: zeros(), secondMoments: zeros(), step: 0 };
}
