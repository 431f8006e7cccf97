import type { Engine, EngineName } from './engine.js';

/** Loads an engine; its library is imported only now. */
export async function createEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case 'onnx':
      return (await import('./onnx/engine.js')).createOnnxEngine();
  }
}
