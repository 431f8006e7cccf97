import type { InferenceSession } from 'onnxruntime-node';
import { badInput } from '../../base/errors.js';
import type { OnnxSettings } from './onnx-backbone.js';

/**
 * Name of the graph's input that takes the image.
 * @throws FeddymemError (bad-input) when there is none for float32 [1×3×size×size]
 */
export function chosenInput(
  { inputNames, inputMetadata }: InferenceSession,
  path: string,
  { input, size }: OnnxSettings,
): string {
  const names = inputNames.join(', ');
  if (input !== undefined && !inputNames.includes(input)) {
    throw badInput(`backbone.input: ${path} has no input ${input}`, `It has ${names || 'none'}.`);
  }
  if (inputNames.length !== 1) {
    throw badInput(
      `${path} has ${inputNames.length} inputs${names && `: ${names}`}`,
      'Export the model so that an image is its one input.',
    );
  }
  const [name] = inputNames;
  const metadata = inputMetadata[0];
  if (!metadata.isTensor || metadata.type !== 'float32') {
    const type = metadata.isTensor ? metadata.type : 'no tensor';
    throw badInput(`${path}: input ${name} is ${type}, not float32`, 'Export the model in float32.');
  }
  const given = metadata.shape;
  const wanted = [1, 3, size, size];
  const fits = given.length === 4 && given.every((length, axis) => isOpen(length) || length === wanted[axis]);
  if (!fits) {
    const [images, channels, height, width] = given;
    const onlySize = given.length === 4 && [images, channels].every((n, at) => isOpen(n) || n === wanted[at]);
    throw badInput(
      `${path}: input ${name} is [${given.join('×')}], not [${wanted.join('×')}]`,
      onlySize && height === width
        ? `Set backbone.size to ${height}.`
        : 'Export the model for one square image, channels first.',
    );
  }
  return name;
}

/** Whether a side is left to who runs the model. */
function isOpen(length: number | string): boolean {
  return typeof length === 'string' || length < 0;
}

/** @throws FeddymemError (bad-input) when one of the outputs does not exist */
export function chosenOutputs(
  { outputNames }: InferenceSession,
  path: string,
  wanted: readonly string[],
): void {
  const missing = wanted.find((name) => !outputNames.includes(name));
  if (missing === undefined) return;
  throw badInput(
    `backbone.outputs: ${path} has no output ${missing}`,
    `It has ${outputNames.join(', ')}. Values inside a graph become outputs when the model is exported.`,
  );
}
