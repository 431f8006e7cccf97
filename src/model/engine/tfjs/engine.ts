import * as tf from '@tensorflow/tfjs-core';
import { invariant } from '../../../base/errors.js';
import { stopwatch } from '../../../base/stopwatch.js';
import type { Engine, EngineName, Output, TrainingDefinition } from '../engine.js';
import { optimiserCorrections, optimiserUpdate } from '../optimiser.js';
import type { Ops } from '../ops.js';
import type { Shape } from '../shapes.js';
import { block, type TfValue } from './block.js';
import { writtenInto } from '../written-into.js';
import { createConstants, type Constants } from './constants.js';
import { registerGradients } from './gradients.js';
import { createTfjsOps } from './ops.js';
import type { Selection } from './selection.js';
import { inTurn } from './turns.js';

/** Definitions whose constants are kept on the device at a time. */
const maximumPrograms = 48;

export interface TfjsEngineOptions {
  readonly name: EngineName;
  /** A registered tfjs backend. */
  readonly backend: string;
  readonly version: string;
  readonly device: string;
  readonly beforeRun?: () => void;
  /** Default: by the backend's kernels. */
  readonly selection?: Selection;
}

/** Runs definitions eagerly on a tfjs backend, and training under tfjs's own autodiff. Nothing is compiled. */
export function createTfjsEngine(options: TfjsEngineOptions): Engine {
  registerGradients();
  const { name, backend, version, device, selection, beforeRun = () => undefined } = options;
  const programs = new Map<string, Constants>();
  let busy = 0;

  function constantsOf(key: string): Constants {
    const known = programs.get(key);
    if (known) programs.delete(key);
    else if (programs.size >= maximumPrograms) {
      const [oldest, constants] = programs.entries().next().value!;
      programs.delete(oldest);
      constants.dispose();
    }
    // Last used stands at the end: the first is the one to let go.
    const constants = known ?? createConstants();
    programs.set(key, constants);
    return constants;
  }

  /** Computes outputs from inputs in the backend's memory, and leaves nothing there but constants. */
  async function run(
    key: string,
    shapes: readonly Shape[],
    inputs: readonly Float32Array[],
    into: readonly (Output | undefined)[],
    compute: (ops: Ops<TfValue>, inputs: readonly tf.Tensor[]) => readonly tf.Tensor[],
  ): Promise<Output[]> {
    beforeRun();
    return inTurn(backend, () => {
      const constants = constantsOf(key);
      constants.rewind();
      const elapsed = stopwatch();
      const outputs: Output[] = [];
      // What a tidy function returns is searched for tensors, number by number: so it returns nothing.
      tf.tidy(() => {
        const tensors = inputs.map((data, position) => tf.tensor(unshared(data), [...shapes[position]]));
        for (const output of compute(createTfjsOps(constants, selection), tensors)) {
          // Some backends hand out what they hold, even an input: the caller gets a copy.
          const held = output.dataSync() as Output;
          const block = into[outputs.length];
          outputs.push(block ? writtenInto(held, block) : held.slice());
        }
      });
      busy += elapsed();
      return outputs;
    });
  }

  return {
    name,
    version,
    device,
    compile(key, shapes, define) {
      const fullKey = `${key} ${JSON.stringify(shapes)}`;
      return {
        run: (inputs, into = []) =>
          run(fullKey, shapes, inputs, into, (ops, tensors) =>
            define(
              ops,
              tensors.map((tensor) => block(tensor)),
            ).map((value) => value.as()),
          ),
      };
    },
    compileTraining(key, definition) {
      const { parameters, inputs: inputShapes, optimiser } = definition;
      const count = parameters.length;
      const shapes = [...parameters, ...parameters, ...parameters, [2], ...inputShapes];
      const fullKey = `train ${key} ${JSON.stringify(optimiser)} ${JSON.stringify(shapes)}`;
      return {
        async run(state, inputs) {
          const step = state.step + 1;
          const blocks = [state.parameters, state.firstMoments, state.secondMoments].flat();
          const corrections = optimiserCorrections(optimiser, step);
          const [loss, ...updated] = (await run(
            fullKey,
            shapes,
            [...blocks, corrections, ...inputs],
            [],
            (ops, tensors) => trainingStep(ops, definition, tensors),
          )) as Float32Array[];
          return {
            loss: loss[0],
            state: {
              parameters: updated.slice(0, count),
              firstMoments: updated.slice(count, 2 * count),
              secondMoments: updated.slice(2 * count),
              step,
            },
          };
        },
      };
    },
    busyMilliseconds: () => busy,
    dispose() {
      for (const constants of programs.values()) constants.dispose();
      programs.clear();
      return Promise.resolve();
    },
  };
}

/** Inputs and outputs as those of a traced training step: see `traceTrainingStep`. */
function trainingStep(
  ops: Ops<TfValue>,
  definition: TrainingDefinition,
  tensors: readonly tf.Tensor[],
): tf.Tensor[] {
  const count = definition.parameters.length;
  const parameters = tensors.slice(0, count);
  const blocks = (from: number, to?: number) => tensors.slice(from, to).map((tensor) => block(tensor));
  const [corrections, ...inputs] = blocks(3 * count);
  const lossOf = () => {
    const loss = definition.loss(ops, blocks(0, count), inputs).as();
    invariant(loss.rank === 0, `the loss must be a scalar, not of shape [${loss.shape.join()}]`);
    return loss;
  };
  const { value, grads } = tf.engine().gradients(lossOf, parameters, undefined, true);
  const [firstMoments, secondMoments] = [blocks(count, 2 * count), blocks(2 * count, 3 * count)];
  const updated = parameters.map((parameter, index) => {
    const [firstMoment, secondMoment] = [firstMoments[index], secondMoments[index]];
    // Where the loss does not depend on a parameter there is no gradient.
    const gradient = (grads[index] as tf.Tensor | undefined) ?? tf.zerosLike(parameter);
    const state = { parameter: block(parameter), firstMoment, secondMoment };
    return optimiserUpdate(ops, definition.optimiser, state, block(gradient), corrections);
  });
  return [
    value,
    ...updated.map((state) => state.parameter.as()),
    ...updated.map((state) => state.firstMoment.as()),
    ...updated.map((state) => state.secondMoment.as()),
  ];
}

/** Native libraries refuse views of shared memory. */
function unshared(data: Float32Array): Float32Array {
  return data.buffer instanceof SharedArrayBuffer ? new Float32Array(data) : data;
}
