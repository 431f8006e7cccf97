import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import { stopwatch } from '../../../base/stopwatch.js';
import type { Engine, Output, Program, TrainingDefinition, TrainingStep } from '../engine.js';
import { adamCorrections } from '../optimiser.js';
import type { Shape } from '../shapes.js';
import { trace, type Graph } from '../trace.js';
import { traceTrainingStep, trainingInputShapes } from '../training-step.js';
import { lowerGraph } from './lower.js';
import { encodeModel } from './model-proto.js';

/** Compiled programs kept at a time; each holds its own buffers in native memory. */
const maximumPrograms = 48;

/**
 * onnxruntime on the CPU, one thread: two threads collapse on a busy machine, and workers are the parallelism.
 * Same bits for any number of workers and any batch split on one kind of CPU.
 */
export function createOnnxEngine(beforeRun: () => void = () => undefined): Engine {
  env.logLevel = 'error';
  const programs = new Map<string, Promise<InferenceSession>>();
  let busy = 0;

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
    const compiled = InferenceSession.create(encodeModel(lowerGraph(graph())), {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    });
    programs.set(key, compiled);
    return compiled;
  }

  /** Looks its session up at every run: it may have been let go in between. */
  function program(key: string, shapes: readonly Shape[], graph: () => Graph): Program {
    return {
      async run(inputs) {
        beforeRun();
        const compiled = await session(key, graph);
        const feeds: Record<string, Tensor> = {};
        compiled.inputNames.forEach((name) => {
          // Inputs that no output depends on may be dropped at compile time, so the name carries the position.
          const position = Number(name.slice(1));
          feeds[name] = new Tensor('float32', unshared(inputs[position]), shapes[position]);
        });
        const elapsed = stopwatch();
        const results = await compiled.run(feeds);
        busy += elapsed();
        return compiled.outputNames.map((name) => results[name].data as Output);
      },
    };
  }

  return {
    name: 'onnx',
    version: `onnxruntime-node ${env.versions.node ?? 'unknown'}`,
    device: 'cpu',
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
    async dispose() {
      const open = [...programs.values()];
      programs.clear();
      for (const compiled of open) await (await compiled).release();
    },
  };
}

/** onnxruntime refuses views of shared memory. */
function unshared(data: Float32Array): Float32Array {
  return data.buffer instanceof SharedArrayBuffer ? new Float32Array(data) : data;
}

function trainingStep(compiled: Program, definition: TrainingDefinition): TrainingStep {
  const count = definition.parameters.length;
  return {
    async run(state, inputs) {
      const step = state.step + 1;
      const corrections = adamCorrections(definition.optimiser, step);
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
