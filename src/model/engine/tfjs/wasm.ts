import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths, version_wasm, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { badInput, runFailed } from '../../../base/errors.js';
import type { Engine } from '../engine.js';
import { createTfjsEngine } from './engine.js';
import { selectionInView } from './selection.js';
import { alone } from './turns.js';
import { replaceSlowKernels } from './wasm-kernels.js';

/**
 * tfjs compiled to WebAssembly: always the build with SIMD and without threads, whose every kernel computes in the
 * order its code says, so that the bits are the same on every machine.
 */
export async function createWasmEngine(beforeRun?: () => void): Promise<Engine> {
  await (loaded ??= alone(load));
  return createTfjsEngine({
    name: 'wasm',
    backend: 'wasm',
    version: `tfjs-core ${tf.version_core} tfjs-backend-wasm ${version_wasm} simd`,
    device: 'cpu',
    beforeRun,
    selection: selectionInView(numbersOf),
  });
}

/** A tensor's numbers where they lie. */
function numbersOf(tensor: tf.Tensor): Float32Array | Int32Array {
  return (tf.backend() as BackendWasm).typedArrayFromHeap(tensor) as Float32Array | Int32Array;
}

/** Once a thread. */
let loaded: Promise<void> | undefined;

async function load(): Promise<void> {
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) {
    throw badInput(
      'engine: wasm needs WebAssembly with SIMD, which this processor or Node does not have',
      'Use --engine onnx.',
    );
  }
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const folder = dirname(
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'),
  );
  setWasmPaths(join(folder, 'dist') + sep);
  replaceSlowKernels('wasm');
  const leave = keepListeners(['uncaughtException', 'unhandledRejection']);
  const ready = await tf.setBackend('wasm');
  leave();
  if (!ready)
    throw runFailed(`engine: tfjs-backend-wasm could not load its binary from ${folder}`, 'Install again.');
}

/** The binary's loader listens to the process's errors; whoever runs us decides about those. */
function keepListeners(events: readonly string[]): () => void {
  const before = new Map(events.map((event) => [event, process.listeners(event as 'exit')]));
  return () => {
    for (const [event, known] of before) {
      for (const listener of process.listeners(event as 'exit')) {
        if (!known.includes(listener)) process.off(event, listener);
      }
    }
  };
}
