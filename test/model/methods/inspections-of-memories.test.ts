import { describe, expect, it } from 'vitest';
import {
  f32,
  honestUploads,
  refusal,
  replacing,
  shorter,
  without,
  withNumber,
  type Change,
} from './honest-uploads.js';

const feddymem = await honestUploads('method.alignment=minor', 'method.dimensions=6');

describe('a memory', () => {
  const refused = (problem: string) => `the memory bank of client client-1 is refused: ${problem}`;
  /** Every slot twice, at half its weight. */
  const doubled: Change = ({ vectors, weights, variances }) => ({
    vectors: {
      ...vectors,
      shape: [2 * vectors.shape[0], vectors.shape[1]],
      data: Uint16Array.of(...vectors.data, ...vectors.data),
    },
    weights: f32(...[...weights.data, ...weights.data].map((weight) => weight / 2)),
    variances: {
      ...variances,
      shape: [2 * variances.shape[0]],
      data: Uint16Array.of(...variances.data, ...variances.data),
    },
  });

  it.each<[string, Change, string]>([
    ['nothing', () => ({}), 'the message of client client-1 is refused: it has no matrix vectors'],
    ['no weights', without('weights'), 'the message of client client-1 is refused: it has no tensor weights'],
    [
      'slots of another space',
      replacing('vectors', ({ type, shape: [rows, columns], data }) => ({
        type,
        shape: [rows, columns - 1],
        data: data.slice(0, rows * (columns - 1)),
      })),
      refused('its slots have 5 dimensions, not 6'),
    ],
    ['fewer variances than slots', replacing('variances', shorter), refused('its columns differ in length')],
    [
      'a slot that is nowhere',
      replacing('vectors', (tensor) => withNumber(tensor, 3, NaN)),
      refused('a slot holds a number that is not finite'),
    ],
    [
      'a slot beyond f16',
      replacing('vectors', (tensor) => withNumber(tensor, 3, 1e6)),
      refused('a slot holds a number that is not finite'),
    ],
    [
      'a slot of no weight',
      replacing('weights', (tensor) => withNumber(tensor, 0, 0)),
      refused('a weight is not positive'),
    ],
    [
      'a weight that is none',
      replacing('weights', (tensor) => withNumber(tensor, 0, NaN)),
      refused('a weight is not positive'),
    ],
    [
      'a negative variance',
      replacing('variances', (tensor) => withNumber(tensor, 1, -1)),
      refused('a variance is negative'),
    ],
    [
      'integers for weights',
      replacing('weights', () => ({ type: 'I32', shape: [4], data: Int32Array.of(1, 1, 1, 1) })),
      'the message of client client-1 is refused: its tensor weights has type I32',
    ],
    ['more slots than asked for', doubled, 'it has 8 slots, more than 4'],
    [
      'the weight of more patches than sampled',
      replacing('weights', (tensor) => withNumber(tensor, 0, 60)),
      'more than the 60 a client samples',
    ],
  ])('is refused: %s', (_, change, reason) => {
    for (const step of ['initialise', 'train']) expect(refusal(feddymem, step, change)).toContain(reason);
  });

  it('may have as many slots as the bank where nothing reduces it', () => {
    expect(refusal(feddymem, 'train', doubled, { reduce: 'none' })).toBeNull();
  });
});
