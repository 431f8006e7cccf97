import type { Engine, EngineName } from './engine.js';
import './gpu-turns.js';
import type { OnnxProvider } from './onnx/providers.js';

/**
 * Loads an engine; its library is imported only now.
 * @param beforeRun called before every run of a program: what it throws ends the computation
 * @param provider where onnx computes, by default on the CPU; the others know no choice
 */
export async function createEngine(
  name: EngineName,
  beforeRun?: () => void,
  provider?: OnnxProvider,
): Promise<Engine> {
  switch (name) {
    case 'onnx':
      return (await import('./onnx/start.js')).startOnnxEngine(provider, beforeRun);
    case 'tensorflow':
      return (await import('./tfjs/tensorflow.js')).createTensorflowEngine(beforeRun);
    case 'wasm':
      return (await import('./tfjs/wasm.js')).createWasmEngine(beforeRun);
  }
}
