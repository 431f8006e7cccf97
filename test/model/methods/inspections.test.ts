import { describe, expect, it } from 'vitest';
import type { TensorMap } from '../../../src/base/tensor.js';
import {
  f32,
  f64,
  honestUploads,
  refusal,
  replacing,
  shorter,
  without,
  withNumber,
  type Change,
} from './honest-uploads.js';

const feddymem = await honestUploads('method.alignment=minor', 'method.dimensions=6');
const fedavg = await honestUploads('method.name=fedavg-cfa', 'method.alignment=none');

describe('moments', () => {
  it.each<[string, Change, string]>([
    ['nothing', () => ({}), 'it has no tensor count'],
    ['no squares', without('squares'), 'it has no tensor squares'],
    ['a count of nothing', replacing('count', () => f64(0)), 'it counts 0 patches, not 1 to 36'],
    ['a huge count', replacing('count', () => f64(1e12)), 'it counts 1000000000000 patches, not 1 to 36'],
    ['two counts', replacing('count', () => f64(1, 1)), 'its tensor count has 2 numbers, not 1'],
    [
      'a count that is none',
      replacing('count', () => f64(NaN)),
      'its tensor count holds a number that is not finite',
    ],
    [
      'sums that are none',
      replacing('sums', (sums) => withNumber(sums, 2, Infinity)),
      'its tensor sums holds a number that is not finite',
    ],
    ['fewer squares than sums', replacing('squares', shorter), 'its tensor squares has 7 numbers, not 8'],
    [
      'a negative square',
      replacing('squares', (squares) => withNumber(squares, 3, -1)),
      'sums and squares of channel 3 contradict each other',
    ],
    [
      'squares too small for their sums',
      replacing('sums', (sums) => withNumber(sums, 0, 1e6)),
      'sums and squares of channel 0 contradict each other',
    ],
    [
      'integers',
      replacing('sums', () => ({ type: 'I32', shape: [8], data: new Int32Array(8) })),
      'its tensor sums has type I32',
    ],
  ])('are refused: %s', (_, change, reason) => {
    expect(refusal(feddymem, 'moments', change)).toBe(reason);
  });
});

/** Numbers of the other float type: all right in themselves, but not what the server reads. */
const retyped =
  (name: string): Change =>
  ({ [name]: tensor, ...rest }) => ({
    ...rest,
    [name]: tensor.type === 'F64' ? f32(...tensor.data) : f64(...tensor.data),
  });

it.each([
  ['moments', ['count', 'sums', 'squares'], 'F32'],
  ['covariance', ['count'], 'F32'],
  ['covariance', ['triangle'], 'F64'],
  ['calibrate', ['counts', 'sums', 'squares'], 'F32'],
])('%s of another float type are refused: %s', (step, names, type) => {
  for (const name of names)
    expect(refusal(feddymem, step, retyped(name))).toBe(`its tensor ${name} has type ${type}`);
});

describe('second moments', () => {
  it.each<[string, Change, string]>([
    ['a huge count', replacing('count', () => f64(1e12)), 'it counts 1000000000000 patches, not 1 to 36'],
    [
      'a triangle of another size',
      replacing('triangle', shorter),
      'its tensor triangle has 35 numbers, not 36',
    ],
    [
      'a triangle with a hole',
      replacing('triangle', (tensor) => withNumber(tensor, 9, NaN)),
      'its tensor triangle holds a number that is not finite',
    ],
    [
      'a negative sum of squares',
      replacing('triangle', (tensor) => withNumber(tensor, 8, -1e-3)),
      'the sum of squares of active channel 1 is negative',
    ],
    ['no triangle', without('triangle'), 'it has no tensor triangle'],
  ])('are refused: %s', (_, change, reason) => {
    expect(refusal(feddymem, 'covariance', change)).toBe(reason);
  });
});

describe('distance statistics', () => {
  it.each<[string, Change, string]>([
    ['of fewer slots', replacing('counts', shorter), 'its tensor counts has 9 numbers, not 10'],
    [
      'a negative count',
      replacing('counts', (tensor) => withNumber(tensor, 4, -1)),
      'a statistic of slot 4 is negative',
    ],
    [
      'a negative distance',
      replacing('sums', (tensor) => withNumber(tensor, 5, -1)),
      'a statistic of slot 5 is negative',
    ],
    [
      'distances that contradict each other',
      replacing('sums', (tensor) => withNumber(tensor, 6, 1e9)),
      'the statistics of slot 6 contradict each other',
    ],
    [
      'half a patch',
      replacing('counts', (tensor) => withNumber(tensor, 4, 0.5)),
      'it counts 0.5 patches at slot 4, which is no whole number',
    ],
    [
      'distances of which no detector can be made',
      replacing('squares', (tensor) => withNumber(tensor, 4, 1e300)),
      'distances to slot 4 are beyond f32',
    ],
    [
      'a hole',
      replacing('squares', (tensor) => withNumber(tensor, 0, NaN)),
      'its tensor squares holds a number that is not finite',
    ],
    ['no sums', without('sums'), 'it has no tensor sums'],
  ])('are refused: %s', (_, change, reason) => {
    expect(refusal(feddymem, 'calibrate', change)).toBe(reason);
  });

  it('are refused: where nobody asked for them', () => {
    const reason = refusal(feddymem, 'calibrate', (message) => message, { calibration: 'none' });
    expect(reason).toBe('nobody asked for statistics');
  });

  it('are refused: of more patches than any client has', () => {
    const absurd: Change = (message) =>
      ({
        ...message,
        counts: { ...message.counts, data: message.counts.data.map((count: number) => 1e12 * (count + 1)) },
      }) as TensorMap;
    expect(refusal(feddymem, 'calibrate', absurd)).not.toBeNull();
  });
});

describe('parameters', () => {
  it.each<[string, Change, string]>([
    ['nothing', () => ({}), 'it has no tensor patches'],
    ['of no patches', replacing('patches', () => f64(0)), 'it counts 0 patches, not 1 to 36'],
    ['of too many patches', replacing('patches', () => f64(37)), 'it counts 37 patches, not 1 to 36'],
    ['a block too few', without('parameter.0'), 'it has no tensor parameter.0'],
    [
      'a block of another length',
      replacing('parameter.0', shorter),
      'its tensor parameter.0 has 63 numbers, not 64',
    ],
    [
      'a block with a hole',
      replacing('parameter.0', (tensor) => withNumber(tensor, 7, NaN)),
      'its tensor parameter.0 holds a number that is not finite',
    ],
    [
      'blocks too many',
      (message) => ({ ...message, 'parameter.9': f32(1), more: f32(2) }),
      'it holds 2 tensors too many',
    ],
  ])('are refused: %s', (_, change, reason) => {
    expect(refusal(fedavg, 'train', change)).toBe(reason);
  });
});

describe('an acknowledgement', () => {
  it('is refused: with anything in it', () => {
    const change: Change = () => ({ secret: f32(1) });
    for (const given of [feddymem, fedavg])
      expect(refusal(given, 'finish', change)).toBe('it holds tensors where none were asked for');
    expect(refusal(fedavg, 'initialise', change)).toBe('it holds tensors where none were asked for');
  });
});
