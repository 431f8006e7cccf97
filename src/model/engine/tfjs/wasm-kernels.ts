import * as tf from '@tensorflow/tfjs-core';

/** What we need of a backend: it counts who holds a block of its memory. */
interface Backend {
  incRef(dataId: tf.DataId): void;
  disposeData(dataId: tf.DataId): boolean;
}

/** Replaces kernels of a backend that are slow by others that do the same. */
export function replaceSlowKernels(backendName: string): void {
  replaceKernel('BatchMatMul', backendName, explicitTransposes);
  replaceKernel('Identity', backendName, () => shareMemory);
}

function replaceKernel(
  name: string,
  backendName: string,
  replacement: (kernel: tf.KernelFunc, backendName: string) => tf.KernelFunc,
): void {
  const kernel = tf.getKernel(name, backendName);
  tf.unregisterKernel(name, backendName);
  tf.registerKernel({ ...kernel, kernelFunc: replacement(kernel.kernelFunc, backendName) });
}

/**
 * tfjs-backend-wasm has a fast product of plain matrices alone: with a transpose flag, which every gradient of a
 * product has, it falls to a tenth of the speed. So matrices are transposed first.
 */
function explicitTransposes(product: tf.KernelFunc, backendName: string): tf.KernelFunc {
  const { kernelFunc: transpose } = tf.getKernel('Transpose', backendName);
  const transposed = (matrix: tf.TensorInfo, backend: object): tf.TensorInfo => {
    const axes = matrix.shape.map((_, axis) => axis);
    const perm = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
    return transpose({ inputs: { x: matrix }, backend, attrs: { perm } }) as tf.TensorInfo;
  };
  return ({ inputs, backend, attrs }) => {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const left = attrs?.transposeA ? transposed(a, backend) : a;
    const right = attrs?.transposeB ? transposed(b, backend) : b;
    const plain = { transposeA: false, transposeB: false };
    const result = product({ inputs: { a: left, b: right }, backend, attrs: plain });
    const { disposeData } = backend as Backend;
    if (left !== a) disposeData.call(backend, left.dataId);
    if (right !== b) disposeData.call(backend, right.dataId);
    return result;
  };
}

/** The tape clones whatever it saves; the backend's own clone copies every number. */
const shareMemory: tf.KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs.x!;
  (backend as Backend).incRef(dataId);
  return { dataId, shape, dtype };
};
