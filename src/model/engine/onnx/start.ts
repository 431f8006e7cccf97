import { badInput, runFailed } from '../../../base/errors.js';
import { checkProduct } from '../check-product.js';
import type { Engine } from '../engine.js';
import { openGpus } from '../gpu-devices.js';
import { createOnnxEngine } from './engine.js';
import type { OnnxProvider } from './providers.js';

/**
 * onnxruntime on a provider that has shown to compute in float32.
 * @throws FeddymemError (bad-input) when the provider is not available or rounds to a shorter format
 */
export async function startOnnxEngine(
  provider: OnnxProvider = 'cpu',
  beforeRun?: () => void,
): Promise<Engine> {
  const engine = createOnnxEngine(beforeRun, { provider });
  if (provider === 'cpu') return engine;
  try {
    const product = await checkProduct(engine);
    if (product === 'wrong') {
      throw runFailed(`engine: onnx on ${provider} multiplies wrongly`, 'Use engineDevice: cpu.');
    }
    if (product === 'rounded') {
      throw badInput(
        `engine: onnx on ${provider} rounds products to less than float32 (TF32)`,
        'Set NVIDIA_TF32_OVERRIDE=0 in the environment before feddymem starts.',
      );
    }
  } catch (error) {
    await engine.dispose();
    throw error;
  }
  return { ...engine, device: deviceName(provider) };
}

/** What a provider computes on, once it has computed anything. */
export function deviceName(provider: OnnxProvider): string {
  if (provider === 'cpu') return 'cpu';
  const gpus = openGpus();
  if (gpus === null) return provider;
  return `${provider}: ${gpus.length > 0 ? gpus.join(', ') : 'software, no GPU'}`;
}
