import { badInput, type FeddymemError } from '../../base/errors.js';
import { decodeFloat16 } from '../../base/float16.js';
import { parseSafetensors, type SafetensorsFile } from '../../base/safetensors.js';
import { convolutionsOf, type ConvolutionPlan, type ResNetPlan } from './resnet-structure.js';

/** A file's contents, and its path for errors. */
export interface WeightsFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Convolutions by name, each with the batch normalisation after it folded in. */
export type FoldedWeights = ReadonlyMap<string, FoldedConvolution>;

export interface FoldedConvolution {
  /** [outputs×inputs×size×size] */
  readonly weight: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

/** PyTorch's default for batch normalisation. */
const epsilon = 1e-5;

/**
 * The plan's tensors out of a safetensors file under torchvision's names: batch normalisation folded already
 * (`weight` and `bias` of each convolution) or beside it. Other tensors of the file are left alone.
 * @throws FeddymemError (bad-input) naming file and tensor
 */
export function readResnetWeights(
  network: string,
  plan: ResNetPlan,
  { path, bytes }: WeightsFile,
): FoldedWeights {
  const read = tensorReader(parseSafetensors(bytes, path), network, path);
  return new Map(
    convolutionsOf(plan).map((convolution) => [convolution.name, readConvolution(read, convolution)]),
  );
}

function readConvolution(read: TensorReader, plan: ConvolutionPlan): FoldedConvolution {
  const { name, norm, inputs, outputs, size } = plan;
  const weight = read.numbers(`${name}.weight`, [outputs, inputs, size, size]);
  const bias = () => read.numbers(`${name}.bias`, [outputs]);
  if (!read.has(`${norm}.weight`)) return { weight, bias: bias() };
  const perChannel = (part: string) => read.numbers(`${norm}.${part}`, [outputs]);
  const variance = perChannel('running_var');
  if (variance.some((value) => value < 0)) throw read.wrong(`${norm}.running_var`, 'holds negative numbers');
  return foldNormalisation(
    { weight, bias: read.has(`${name}.bias`) ? bias() : new Float32Array(outputs) },
    { scale: perChannel('weight'), shift: perChannel('bias'), mean: perChannel('running_mean'), variance },
  );
}

/** Batch normalisation with fixed statistics, a number a channel. */
export interface Normalisation {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** One convolution that does what a convolution and the normalisation after it do; in float64, rounded once. */
export function foldNormalisation(
  { weight, bias }: FoldedConvolution,
  { scale, shift, mean, variance }: Normalisation,
): FoldedConvolution {
  const factors = Float64Array.from(
    scale,
    (value, channel) => value / Math.sqrt(variance[channel] + epsilon),
  );
  const perChannel = weight.length / bias.length;
  const folded = new Float32Array(weight.length);
  for (let at = 0; at < weight.length; at++) folded[at] = weight[at] * factors[Math.floor(at / perChannel)];
  return {
    weight: folded,
    bias: bias.map((value, channel) => (value - mean[channel]) * factors[channel] + shift[channel]),
  };
}

interface TensorReader {
  has(name: string): boolean;
  /** A tensor that must be there in this shape, as float32. */
  numbers(name: string, shape: readonly number[]): Float32Array;
  wrong(name: string, problem: string): FeddymemError;
}

function tensorReader({ tensors, others }: SafetensorsFile, network: string, path: string): TensorReader {
  const hint = `Use ${network} weights under torchvision's names, in F32 or F16.`;
  const wrong = (name: string, problem: string) => badInput(`${path}: tensor ${name} ${problem}`, hint);
  return {
    has: (name) => name in tensors || name in others,
    wrong,
    numbers(name, shape) {
      if (name in others) throw wrong(name, `is ${others[name]}, not F32 or F16`);
      if (!(name in tensors)) throw badInput(`${path} has no tensor ${name}: it is another network`, hint);
      const { type, shape: found, data } = tensors[name];
      if ((type !== 'F32' && type !== 'F16') || found.join() !== shape.join()) {
        throw wrong(name, `is ${type} [${found.join()}], not F32 [${shape.join()}]`);
      }
      const numbers = type === 'F32' ? (data as Float32Array) : decodeFloat16(data as Uint16Array);
      if (!numbers.every(Number.isFinite)) throw wrong(name, 'holds numbers that are not finite');
      return numbers;
    },
  };
}
