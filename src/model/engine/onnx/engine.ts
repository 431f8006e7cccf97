import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import { stopwatch } from '../../../base/stopwatch.js';
import type { Engine, Output, Program, TrainingDefinition, TrainingStep } from '../engine.js';
import { inGpuTurn } from '../gpu-turns.js';
import { optimiserCorrections } from '../optimiser.js';
import type { Shape } from '../shapes.js';
import { trace, type Graph } from '../trace.js';
import { traceTrainingStep, trainingInputShapes } from '../training-step.js';
import { writtenInto } from '../written-into.js';
import { lowerGraph } from './lower.js';
import { encodeModel } from './model-proto.js';
import { providerFailure, sessionOptions, type OnnxProvider } from './providers.js';

/** Compiled programs kept at a time; each holds its own buffers in native memory. */
const maximumPrograms = 48;

/**
 * onnxruntime, by default on the CPU with one thread: there the same bits for any number of workers and any batch
 * split on one kind of CPU. Other providers are looked for at the first run; `startOnnxEngine` does so at once.
 * @throws FeddymemError (bad-input), at a run, when the provider is not available or lacks an operation
 */
export function createOnnxEngine(
  beforeRun: () => void = () => undefined,
  { provider = 'cpu' }: { readonly provider?: OnnxProvider } = {},
): Engine {
  env.logLevel = 'error';
  const programs = new Map<string, Promise<InferenceSession>>();
  let busy = 0;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> =>
    provider === 'webgpu' ? inGpuTurn(work, beforeRun) : work();

  async function session(key: string, graph: () => Graph): Promise<InferenceSession> {
    const known = programs.get(key);
    if (known) {
      // Last used goes to the end: the first is the one to let go.
      programs.delete(key);
      programs.set(key, known);
      return known;
    }
    if (programs.size >= maximumPrograms) {
      const [oldest, compiled] = programs.entries().next().value!;
      programs.delete(oldest);
      await (await compiled).release();
    }
    const compiled = open(graph());
    programs.set(key, compiled);
    // What can't be opened is not kept: there is nothing to release.
    compiled.catch(() => programs.delete(key));
    return compiled;
  }

  async function open(graph: Graph): Promise<InferenceSession> {
    // WebGPU can't narrow the int64 of ONNX's selections.
    const model = encodeModel(lowerGraph(graph, provider === 'cpu' ? 'int32' : 'int64'));
    try {
      return await InferenceSession.create(model, sessionOptions(provider));
    } catch (error) {
      throw provider === 'cpu' ? error : providerFailure(provider, error);
    }
  }

  function program(key: string, shapes: readonly Shape[], graph: () => Graph): Program {
    return {
      run: (inputs, into) => inTurn(() => compute(key, shapes, graph, inputs, into)),
    };
  }

  async function compute(
    key: string,
    shapes: readonly Shape[],
    graph: () => Graph,
    inputs: readonly Float32Array[],
    into: readonly (Output | undefined)[] = [],
  ): Promise<Output[]> {
    beforeRun();
    // Looked up at every run: it may have been let go in between.
    const compiled = await session(key, graph);
    const feeds: Record<string, Tensor> = {};
    compiled.inputNames.forEach((name) => {
      // Inputs that no output depends on may be dropped at compile time, so the name carries the position.
      const position = Number(name.slice(1));
      feeds[name] = new Tensor('float32', unshared(inputs[position]), shapes[position]);
    });
    const fetches = provider === 'cpu' && into.length > 0 ? fetchesInto(compiled, into) : undefined;
    const elapsed = stopwatch();
    const results = await (fetches ? compiled.run(feeds, fetches) : compiled.run(feeds));
    busy += elapsed();
    return compiled.outputNames.map((name, position) => writtenInto(outputOf(results[name]), into[position]));
  }

  return {
    name: 'onnx',
    version: `onnxruntime-node ${env.versions.node ?? 'unknown'}`,
    device: provider,
    compile(key, inputShapes, define) {
      const fullKey = `${key} ${JSON.stringify(inputShapes)}`;
      return program(fullKey, inputShapes, () => trace(inputShapes, define));
    },
    compileTraining(key, definition) {
      const shapes = trainingInputShapes(definition);
      const fullKey = `train ${key} ${JSON.stringify(definition.optimiser)} ${JSON.stringify(shapes)}`;
      return trainingStep(
        program(fullKey, shapes, () => traceTrainingStep(definition)),
        definition,
      );
    },
    busyMilliseconds: () => busy,
    dispose: () =>
      inTurn(async () => {
        const open = [...programs.values()];
        programs.clear();
        for (const compiled of open) await (await compiled).release();
      }),
  };
}

/** onnxruntime refuses views of shared memory. */
function unshared(data: Float32Array): Float32Array {
  return data.buffer instanceof SharedArrayBuffer ? new Float32Array(data) : data;
}

/** Has onnxruntime write into our blocks, which spares it new ones and us a copy. */
function fetchesInto(
  { outputNames, outputMetadata }: InferenceSession,
  into: readonly (Output | undefined)[],
): Record<string, Tensor | null> {
  return Object.fromEntries(
    outputNames.map((name, position) => {
      const block = into[position];
      const metadata = outputMetadata[position];
      if (!block || !metadata.isTensor) return [name, null];
      const shape = metadata.shape as readonly number[];
      return [
        name,
        block instanceof Int32Array ? new Tensor('int32', block, shape) : new Tensor('float32', block, shape),
      ];
    }),
  );
}

/** A block in our memory: providers on a GPU have fetched it by now. */
function outputOf(tensor: Tensor): Output {
  return tensor.type === 'int64'
    ? Int32Array.from(tensor.data as BigInt64Array, Number)
    : (tensor.data as Output);
}

function trainingStep(compiled: Program, definition: TrainingDefinition): TrainingStep {
  const count = definition.parameters.length;
  return {
    async run(state, inputs) {
      const step = state.step + 1;
      const corrections = optimiserCorrections(definition.optimiser, step);
      const [loss, ...updated] = (await compiled.run([
        ...state.parameters,
        ...state.firstMoments,
        ...state.secondMoments,
        corrections,
        ...inputs,
      ])) as readonly Float32Array[];
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
}
