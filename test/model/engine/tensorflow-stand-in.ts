import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { ImportPackage } from '../../../src/model/engine/tfjs/tensorflow.js';

/**
 * Imports as if `@tensorflow/tfjs-node-gpu` were absent and `@tensorflow/tfjs-node` there: a `tensorflow` backend on
 * tfjs's kernels in plain JavaScript. It proves that the loader and the wiring work, and nothing about TensorFlow.
 */
export const importStandIn: ImportPackage = (name) => {
  if (name !== '@tensorflow/tfjs-node') return Promise.reject(missing(name));
  if (!tf.findBackendFactory('tensorflow')) {
    tf.copyRegisteredKernels('cpu', 'tensorflow');
    tf.registerBackend('tensorflow', () => {
      const backend = new MathBackendCPU();
      // Its first use advises to install tfjs-node.
      (backend as unknown as { firstUse: boolean }).firstUse = false;
      return backend;
    });
  }
  return Promise.resolve({ default: { version: { 'tfjs-core': tf.version_core, 'tfjs-node': 'stand-in' } } });
};

/** What Node throws for a package that is not installed. */
export function missing(name: string): Error {
  const error = new Error(`Cannot find package '${name}' imported from somewhere`);
  return Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
}
