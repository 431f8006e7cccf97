import { InferenceSession, Tensor, env } from 'onnxruntime-node';
import { badInput, messageOf, runFailed } from '../../base/errors.js';
import { hashJson, sha256 } from '../../base/hash.js';
import { stopwatch } from '../../base/stopwatch.js';
import { inGpuTurn } from '../engine/gpu-turns.js';
import { providerFailure, sessionOptions, type OnnxProvider } from '../engine/onnx/providers.js';
import type { ForeignBackbone, MapShape } from './backbone.js';
import { imagenetDeviation, imagenetMean } from './imagenet.js';
import { externalTensor } from './onnx-external-data.js';
import { chosenInput, chosenOutputs } from './onnx-signature.js';

/** How an image goes into somebody's network, and what comes out of it. */
export interface OnnxSettings {
  /** Side of the square input, in pixels. */
  readonly size: number;
  /** Outputs of the graph that are the maps, by name, the one whose grid is the grid of patches first. */
  readonly outputs: readonly string[];
  /** The graph's input; left out: the only one it has. */
  readonly input?: string;
  /** What RGB is before mean and deviation. */
  readonly range: '0-1' | '0-255';
  /** In units of the range; left out: ImageNet's. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

export interface OnnxRuntime {
  readonly provider?: OnnxProvider;
  /** Called before every run: what it throws ends the computation. */
  readonly beforeRun?: () => void;
}

/**
 * Any ONNX file that maps an image [1×3×size×size] to maps [1×channels×height×width], computed by onnxruntime with
 * the onnx engine's options. Runs once, to see the maps' shapes.
 * @throws FeddymemError (bad-input) naming the file when it does not fit
 */
export async function onnxBackbone(
  file: { readonly path: string; readonly bytes: Uint8Array },
  settings: OnnxSettings,
  { provider = 'cpu', beforeRun = () => undefined }: OnnxRuntime = {},
): Promise<ForeignBackbone> {
  const { path, bytes } = file;
  const { size, outputs } = settings;
  const { pixelsToInput, normalisation } = preprocessing(settings);
  const inTurn = <T>(work: () => Promise<T>): Promise<T> =>
    provider === 'webgpu' ? inGpuTurn(work, beforeRun) : work();
  const session = await inTurn(() => openSession(path, bytes, provider));
  let busy = 0;

  const runSession = (input: string, pixels: Uint8Array) =>
    inTurn(async () => {
      const elapsed = stopwatch();
      const feeds = { [input]: new Tensor('float32', pixelsToInput(pixels), [1, 3, size, size]) };
      const results = await session.run(feeds, [...outputs]);
      busy += elapsed();
      return outputs.map((name) => results[name]);
    });

  let input: string;
  let mapShapes: MapShape[];
  try {
    input = chosenInput(session, path, settings);
    chosenOutputs(session, path, outputs);
    const grey = new Uint8Array(3 * size * size).fill(127);
    const tensors = await runSession(input, grey).catch((error: unknown) => {
      const message = `${path} can't be run on an image [1×3×${size}×${size}]: ${firstLine(error)}`;
      throw badInput(message, 'Check backbone.size and how the model was exported.', error);
    });
    mapShapes = tensors.map((tensor, index) => mapShapeOf(tensor, outputs[index], path));
  } catch (error) {
    await session.release();
    throw error;
  }
  return {
    name: 'onnx',
    key: hashJson({ version: 'onnx 1', model: sha256(bytes), size, input, outputs, ...normalisation }),
    inputSize: size,
    mapShapes,
    async run(pixels) {
      beforeRun();
      const tensors = await runSession(input, pixels).catch((error: unknown) => {
        throw runFailed(`${path} can't be run: ${firstLine(error)}`, undefined, error);
      });
      return tensors.map(({ data, dims }, index) => {
        const { channels, height, width } = mapShapes[index];
        if (dims.join() !== [1, channels, height, width].join()) {
          throw runFailed(
            `${path}: output ${outputs[index]} is [${dims.join('×')}] for one image and [1×${channels}×${height}×${width}] for another`,
            'The shapes of maps may not depend on what an image shows.',
          );
        }
        return data as Float32Array;
      });
    },
    busyMilliseconds: () => busy,
    dispose: () => inTurn(() => session.release()),
  };
}

/** What is done to pixels, and the numbers that say so. */
function preprocessing({ size, range, mean, std }: OnnxSettings) {
  const full = range === '0-1' ? 1 : 255;
  const normalisation = {
    range,
    mean: mean ?? imagenetMean.map((value) => full * value),
    std: std ?? imagenetDeviation.map((value) => full * value),
  };
  /** @param pixels [size×size×3] RGB bytes → [3×size×size] */
  const pixelsToInput = (pixels: Uint8Array): Float32Array => {
    const planes = new Float32Array(3 * size * size);
    for (let channel = 0; channel < 3; channel++) {
      const centre = normalisation.mean[channel];
      const deviation = normalisation.std[channel];
      const start = channel * size * size;
      for (let at = 0; at < size * size; at++) {
        planes[start + at] = ((pixels[3 * at + channel] / 255) * full - centre) / deviation;
      }
    }
    return planes;
  };
  return { normalisation, pixelsToInput };
}

async function openSession(
  path: string,
  bytes: Uint8Array,
  provider: OnnxProvider,
): Promise<InferenceSession> {
  let external: string | null;
  try {
    external = externalTensor(bytes);
  } catch (error) {
    throw notOnnx(path, error);
  }
  if (external !== null) {
    throw badInput(
      `${path} keeps its numbers in another file (tensor ${external} is external data)`,
      'Save it as one file, with onnx.save_model(model, path, save_as_external_data=False).',
    );
  }
  env.logLevel = 'error';
  try {
    // Whatever is wrong we say ourselves.
    return await InferenceSession.create(bytes, { ...sessionOptions(provider), logSeverityLevel: 4 });
  } catch (error) {
    if (/protobuf parsing failed|data pointer is null/i.test(messageOf(error))) throw notOnnx(path, error);
    if (provider !== 'cpu') throw providerFailure(provider, error);
    throw badInput(
      `${path} can't be opened by onnxruntime: ${firstLine(error)}`,
      'Export the model again, with an opset that this onnxruntime knows.',
      error,
    );
  }
}

function notOnnx(path: string, cause: unknown) {
  return badInput(`${path} is not an ONNX file`, 'Give a .onnx file, whole.', cause);
}

function mapShapeOf({ type, dims }: Tensor, name: string, path: string): MapShape {
  const [images, channels, height, width] = dims;
  if (type !== 'float32' || dims.length !== 4 || images !== 1 || dims.includes(0)) {
    throw badInput(
      `${path}: output ${name} is ${type} [${dims.join('×')}], not float32 [1×channels×height×width]`,
      'Choose an output that is a feature map.',
    );
  }
  return { channels, height, width };
}

function firstLine(error: unknown): string {
  return messageOf(error).trim().split('\n')[0].slice(0, 300);
}
