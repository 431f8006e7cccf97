import * as tf from '@tensorflow/tfjs-core';
import { badInput, messageOf } from '../../../base/errors.js';
import type { Engine } from '../engine.js';
import { createTfjsEngine } from './engine.js';
import { alone } from './turns.js';

/** Optional packages that register a `tensorflow` backend when imported, best first. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** What we use of such a package. */
interface TensorflowPackage {
  readonly version?: Readonly<Record<string, string>>;
  readonly default?: TensorflowPackage;
}
export type ImportPackage = (name: string) => Promise<unknown>;

/**
 * TensorFlow's native library, on a GPU where there is one.
 * @param importPackage how a package is imported; tests give a stand-in
 * @throws FeddymemError (bad-input) when neither package is installed, or what is installed can't start
 */
export async function createTensorflowEngine(
  beforeRun?: () => void,
  importPackage: ImportPackage = (name) => import(name),
): Promise<Engine> {
  const { name, version, device } = await alone(() => load(importPackage));
  return createTfjsEngine({
    name: 'tensorflow',
    backend: 'tensorflow',
    version: `${name.split('/')[1]} ${version}`,
    device,
    beforeRun,
  });
}

const howToInstall =
  'With Node < 23: npm install @tensorflow/tfjs-node-gpu@4.22.0 (GPU: CUDA 11.2, cuDNN 8.1) or @tensorflow/tfjs-node@4.22.0 (CPU); or use --engine onnx.';

async function load(
  importPackage: ImportPackage,
): Promise<{ name: string; version: string; device: string }> {
  const found = await firstInstalled(importPackage);
  if (!tf.findBackendFactory('tensorflow') || !(await tf.setBackend('tensorflow'))) {
    throw badInput(`engine: ${found.name} was imported but its backend does not start`, howToInstall);
  }
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  return { ...found, device: isUsingGpuDevice ? 'gpu' : 'cpu' };
}

async function firstInstalled(importPackage: ImportPackage): Promise<{ name: string; version: string }> {
  const failures: string[] = [];
  for (const name of packages) {
    try {
      const imported = (await importPackage(name)) as TensorflowPackage;
      const versions = imported.version ?? imported.default?.version;
      return { name, version: versions?.['tfjs-node'] ?? versions?.['tfjs-core'] ?? 'unknown' };
    } catch (error) {
      // Not installed is normal for either; installed but broken is worth telling.
      if (!isMissing(error, name)) failures.push(`${name}: ${messageOf(error).split('\n')[0]}`);
    }
  }
  throw badInput(
    failures.length > 0
      ? `engine: tensorflow can't start: ${failures.join('; ')}`
      : 'engine: tensorflow is not installed',
    howToInstall,
  );
}

function isMissing(error: unknown, name: string): boolean {
  return (
    (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND' && messageOf(error).includes(`'${name}'`)
  );
}
