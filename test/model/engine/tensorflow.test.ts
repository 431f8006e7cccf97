import { afterEach, describe, expect, it } from 'vitest';
import { FeddymemError } from '../../../src/base/errors.js';
import { createTensorflowEngine, type ImportPackage } from '../../../src/model/engine/tfjs/tensorflow.js';
import type { Engine } from '../../../src/model/engine/engine.js';
import { importStandIn, missing } from './tensorflow-stand-in.js';

const open: Engine[] = [];
afterEach(() => Promise.all(open.splice(0).map((engine) => engine.dispose())));

async function failure(importPackage: ImportPackage): Promise<FeddymemError> {
  const error: unknown = await createTensorflowEngine(undefined, importPackage).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(FeddymemError);
  return error as FeddymemError;
}

describe('loading TensorFlow, by stand-ins: nothing here has run TensorFlow', () => {
  it('tries the GPU’s package first, then the CPU’s', async () => {
    const asked: string[] = [];
    const engine = await createTensorflowEngine(undefined, (name) => {
      asked.push(name);
      return importStandIn(name);
    });
    open.push(engine);
    expect(asked).toEqual(['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']);
    expect(engine).toMatchObject({ name: 'tensorflow', version: 'tfjs-node stand-in', device: 'cpu' });
    const program = engine.compile('add', [[2]], (ops, [a]) => [ops.add(a, 1)]);
    expect([...(await program.run([Float32Array.of(1, 2)]))[0]]).toEqual([2, 3]);
  });

  it('says in one line what to install, for which Node, CUDA and cuDNN', async () => {
    const { code, message, hint } = await failure((name) => Promise.reject(missing(name)));
    expect(code).toBe('bad-input');
    expect(message).toContain('tensorflow is not installed');
    for (const part of [
      'tfjs-node-gpu',
      'tfjs-node@',
      'Node < 23',
      'CUDA 11.2',
      'cuDNN 8.1',
      '--engine onnx',
    ]) {
      expect(hint).toContain(part);
    }
    expect(`${message}${hint}`).not.toContain('\n');
  });

  it('tells why an installed package does not start', async () => {
    const { message } = await failure((name) =>
      Promise.reject(
        name.endsWith('gpu') ? new Error('libcudart.so.11.0: cannot open\nmore') : missing('node-pre-gyp'),
      ),
    );
    expect(message).toContain('tfjs-node-gpu: libcudart.so.11.0: cannot open');
    expect(message).toContain("tfjs-node: Cannot find package 'node-pre-gyp'");
    expect(message).not.toContain('\n');
  });
});
