import type { InferenceSession } from 'onnxruntime-node';
import { badInput, messageOf, type FeddymemError } from '../../../base/errors.js';

/** Where onnxruntime computes: its execution providers that we use. */
export const onnxProviders = ['cpu', 'webgpu', 'cuda'] as const;
export type OnnxProvider = (typeof onnxProviders)[number];

/** What each provider needs besides the package. */
export const howToGetProvider: Readonly<Record<OnnxProvider, string>> = {
  cpu: 'Installed with feddymem.',
  webgpu:
    "Linux on x64: the GPU's Vulkan driver and libvulkan.so.1 (Debian: mesa-vulkan-drivers or nvidia-vulkan-icd, and libvulkan1); Windows and macOS: nothing more; or use engineDevice: cpu.",
  cuda: 'Linux on x64: CUDA 12, cuDNN 9, and ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install; or use engineDevice: cpu.',
};

/**
 * One thread: two threads collapse on a busy machine, and workers are the parallelism.
 * By itself onnxruntime gives the CPU whatever a GPU's provider does not know: here that is an error.
 */
export function sessionOptions(provider: OnnxProvider): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    ...(provider !== 'cpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  };
}

/** Tells what is missing, by how onnxruntime words its failure. */
export function providerFailure(provider: OnnxProvider, error: unknown): FeddymemError {
  const said = messageOf(error);
  const fail = (what: string, hint = howToGetProvider[provider]) =>
    badInput(`engine: onnx on ${provider} ${what}`, hint, error);
  if (/fallback to CPU EP/i.test(said)) {
    return fail(
      'lacks an operation of this run, and the CPU does not step in unasked',
      'Use engineDevice: cpu.',
    );
  }
  if (/backend not found/i.test(said)) return fail('is not in the onnxruntime-node of this platform');
  if (/WebGPU adapter/i.test(said)) return fail('finds no GPU: no driver offers one');
  if (/load.*library/i.test(said)) return fail("can't load its libraries");
  return fail(`does not work: ${firstLine(said)}`);
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0].slice(0, 200);
}
