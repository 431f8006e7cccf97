import type { Engine } from '../../../src/model/engine/engine.js';
import { createEngine } from '../../../src/model/engine/registry.js';
import { createTensorflowEngine } from '../../../src/model/engine/tfjs/tensorflow.js';
import { importStandIn } from './tensorflow-stand-in.js';

/** Every engine that the suites go through. */
export const engines: readonly (readonly [name: string, create: () => Promise<Engine>])[] = [
  ['onnx', () => createEngine('onnx')],
  ['wasm', () => createEngine('wasm')],
  [
    'tensorflow, wired to a stand-in on plain JavaScript',
    () => createTensorflowEngine(undefined, importStandIn),
  ],
];
