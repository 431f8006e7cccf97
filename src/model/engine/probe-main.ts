import { messageOf } from '../../base/errors.js';
import { checkProduct } from './check-product.js';
import type { Engine, EngineName } from './engine.js';
import type { Findings } from './probe.js';
import type { OnnxProvider } from './onnx/providers.js';

/** The process of one probe: opens an engine, multiplies two matrices and prints its findings as a line of JSON. */
const [engine, provider] = process.argv.slice(2);

async function open(): Promise<Engine> {
  if (engine === 'tensorflow') return tensorflow();
  if (engine === 'onnx') {
    // Not started but created: a probe tells of rounding instead of refusing it.
    const { createOnnxEngine } = await import('./onnx/engine.js');
    return createOnnxEngine(undefined, { provider: provider as OnnxProvider });
  }
  return (await import('./registry.js')).createEngine(engine as EngineName);
}

/** By the package asked for, and no other. */
async function tensorflow(): Promise<Engine> {
  const wanted = provider === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
  const { createTensorflowEngine } = await import('./tfjs/tensorflow.js');
  return createTensorflowEngine(undefined, async (name) => {
    if (name === wanted) return import(name) as Promise<unknown>;
    throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
  });
}

async function find(): Promise<Findings> {
  try {
    const opened = await open();
    const product = await checkProduct(opened);
    const { openGpus } = await import('./gpu-devices.js');
    const { deviceName } = await import('./onnx/start.js');
    const device = engine === 'onnx' ? deviceName(provider as OnnxProvider) : opened.device;
    const named = engine === 'tensorflow' && device === 'gpu' ? (openGpus() ?? []).join(', ') : '';
    return { version: opened.version, device: named ? `gpu: ${named}` : device, product };
  } catch (error) {
    return { problem: messageOf(error).split('\n')[0] };
  }
}

process.stdout.write(`\n${JSON.stringify(await find())}\n`);
