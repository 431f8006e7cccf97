import type { Engine, EngineName } from './engine.js';

/**
 * Loads an engine; its library is imported only now.
 * @param beforeRun called before every run of a program: what it throws ends the computation
 */
export async function createEngine(name: EngineName, beforeRun?: () => void): Promise<Engine> {
  switch (name) {
    case 'onnx':
      return (await import('./onnx/engine.js')).createOnnxEngine(beforeRun);
    case 'tensorflow':
      return (await import('./tfjs/tensorflow.js')).createTensorflowEngine(beforeRun);
    case 'wasm':
      return (await import('./tfjs/wasm.js')).createWasmEngine(beforeRun);
  }
}
