import type { EngineName } from './engine.js';
import { howToGetProvider, onnxProviders } from './onnx/providers.js';

/** An engine on a provider, which may or may not run here. */
export interface Candidate {
  readonly engine: EngineName;
  readonly provider: string | null;
  /** The package that holds it. */
  readonly packageName: string;
  /** A file of the package without which it can't run; by platform, as in `linux/x64`. */
  readonly needs?: (platform: string) => string;
  readonly howToGet: string;
}

const tensorflow = (packageName: string, needs: string) =>
  `With Node < 23: npm install ${packageName}@4.22.0${needs}`;

/** Every engine and provider there is, in the order in which they are reported. */
export const candidates: readonly Candidate[] = [
  ...onnxProviders.map((provider): Candidate => ({
    engine: 'onnx',
    provider,
    packageName: 'onnxruntime-node',
    howToGet: howToGetProvider[provider],
    // The package comes without; its install script downloads it.
    ...(provider === 'cuda' && {
      needs: (platform) => `bin/napi-v6/${platform}/libonnxruntime_providers_cuda.so`,
    }),
  })),
  {
    engine: 'wasm',
    provider: null,
    packageName: '@tensorflow/tfjs-backend-wasm',
    howToGet: 'Installed with feddymem.',
  },
  {
    engine: 'tensorflow',
    provider: 'gpu',
    packageName: '@tensorflow/tfjs-node-gpu',
    howToGet: tensorflow('@tensorflow/tfjs-node-gpu', ' (Linux, NVIDIA driver, CUDA 11.2, cuDNN 8.1)'),
  },
  {
    engine: 'tensorflow',
    provider: 'cpu',
    packageName: '@tensorflow/tfjs-node',
    howToGet: tensorflow('@tensorflow/tfjs-node', ''),
  },
];
