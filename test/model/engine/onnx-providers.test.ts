import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { FeddymemError } from '../../../src/base/errors.js';
import { candidates } from '../../../src/model/engine/candidates.js';
import { lowerGraph } from '../../../src/model/engine/onnx/lower.js';
import { encodeModel } from '../../../src/model/engine/onnx/model-proto.js';
import {
  onnxProviders,
  providerFailure,
  sessionOptions,
  type OnnxProvider,
} from '../../../src/model/engine/onnx/providers.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import { startOnnxEngine } from '../../../src/model/engine/onnx/start.js';
import { installedVersion, probeInProcess } from '../../../src/model/engine/probe.js';
import { trace } from '../../../src/model/engine/trace.js';

const product = trace(
  [
    [2, 2],
    [2, 2],
  ],
  (ops, [a, b]) => [ops.matmul(a, b)],
);

async function failure(attempt: Promise<unknown>): Promise<FeddymemError> {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(FeddymemError);
  return error as FeddymemError;
}

describe('providers of onnx', () => {
  it('never fall back to the CPU: onnxruntime itself refuses', async () => {
    // Nodes on the CPU that no provider has asked for, as when a GPU’s provider lacks an operation.
    const options = { ...sessionOptions('webgpu'), executionProviders: ['cpu'] };
    const refused: unknown = await InferenceSession.create(encodeModel(lowerGraph(product)), options).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(Error);
    const { code, message, hint } = providerFailure('webgpu', refused);
    expect(code).toBe('bad-input');
    expect(message).toContain('onnx on webgpu lacks an operation');
    expect(hint).toContain('engineDevice: cpu');
    for (const provider of onnxProviders) {
      expect(sessionOptions(provider).executionProviders).toEqual([provider]);
    }
  });

  it.each([
    ['no available backend found. ERR: [webgpu] backend not found.', 'not in the onnxruntime-node'],
    ['x was false. Failed to get a WebGPU adapter: No supported adapters\n', 'finds no GPU'],
    ['OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library', 'libraries'],
    ['CUDA failure 100: no CUDA-capable device\nat somewhere', 'no CUDA-capable device'],
  ])('tell in one line what is missing: %s', (said, told) => {
    for (const provider of ['webgpu', 'cuda'] as const) {
      const { code, message, hint } = providerFailure(provider, new Error(said));
      expect(code).toBe('bad-input');
      expect(message).toContain(`onnx on ${provider}`);
      expect(message).toContain(told);
      expect(`${message}${hint}`).not.toContain('\n');
      expect(hint).toContain('engineDevice: cpu');
    }
  });

  it('fail at the start when they are not there, and again when asked again', async () => {
    const { code, message } = await failure(startOnnxEngine('nonsense' as OnnxProvider));
    expect(code).toBe('bad-input');
    expect(message).toContain('onnx on nonsense is not in');
    const engine = createOnnxEngine(undefined, { provider: 'nonsense' as OnnxProvider });
    const program = engine.compile('one', [[1]], (ops, [a]) => [ops.add(a, 1)]);
    await failure(program.run([new Float32Array(1)]));
    await failure(program.run([new Float32Array(1)]));
    await engine.dispose();
  });

  const cuda = candidates.find(({ provider }) => provider === 'cuda')!;
  it.skipIf(installedVersion(cuda) !== null)('say how to get cuda where it is not installed', async () => {
    const { message, hint } = await failure(startOnnxEngine('cuda'));
    expect(message).toContain("can't load its libraries");
    expect(hint).toContain('ONNXRUNTIME_NODE_INSTALL=cuda12');
  });

  it('start on WebGPU, or say why not', async () => {
    const found = await probeInProcess(candidates.find(({ provider }) => provider === 'webgpu')!);
    if ('problem' in found) expect(found.problem).toMatch(/onnx on webgpu|crashes/);
    else expect(found).toMatchObject({ device: expect.stringMatching(/^webgpu/) as string });
  });
});

describe('indices', () => {
  it('stay in int64, as ONNX selects them, where a provider can’t narrow them', () => {
    const graph = trace([[3, 5]], (ops, [a]) => [ops.smallest(a, 2).indices, ops.smallest(a, 2).values]);
    expect(lowerGraph(graph, 'int32').outputs.map(({ type }) => type)).toEqual(['int32', 'float']);
    const wide = lowerGraph(graph, 'int64');
    expect(wide.outputs.map(({ type }) => type)).toEqual(['int64', 'float']);
    expect(wide.nodes.map(({ operator }) => operator)).not.toContain('Cast');
  });
});
