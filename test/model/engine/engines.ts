import type { Engine, EngineName } from '../../../src/model/engine/engine.js';
import type { OnnxProvider } from '../../../src/model/engine/onnx/providers.js';
import { createEngine } from '../../../src/model/engine/registry.js';
import { createTensorflowEngine } from '../../../src/model/engine/tfjs/tensorflow.js';
import { importStandIn } from './tensorflow-stand-in.js';

type Entry = readonly [name: string, create: () => Promise<Engine>];

const everywhere: readonly Entry[] = [
  ['onnx', () => createEngine('onnx')],
  ['wasm', () => createEngine('wasm')],
  [
    'tensorflow, wired to a stand-in on plain JavaScript',
    () => createTensorflowEngine(undefined, importStandIn),
  ],
];

/** One engine of this machine, such as `onnx webgpu` or `tensorflow`, in the place of those that run everywhere: benchmarks/gpu. */
const [chosen, provider] = (process.env.FEDDYMEM_TEST_ENGINE ?? '').split(' ');

/** Every engine that the suites go through. */
export const engines: readonly Entry[] = chosen
  ? [
      [
        provider ? `${chosen} on ${provider}` : chosen,
        () => createEngine(chosen as EngineName, undefined, provider as OnnxProvider),
      ],
    ]
  : everywhere;

/** GPUs promise figures within float32's rounding, and no bits. */
export const sameBits = !chosen;
