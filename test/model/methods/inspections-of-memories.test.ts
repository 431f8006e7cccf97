import { describe, expect, it } from 'vitest';
import { encodeFloat16 } from '../../../src/base/float16.js';
import { inspectSlots } from '../../../src/model/methods/memory-inspections.js';
import { bankOf } from '../../memory/samples.js';
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
      replacing('weights', (tensor) => withNumber(tensor, 0, 37)),
      'more than the 36 that its client samples',
    ],
    [
      'slots in a type that nobody asked for, and beyond what the server can send on',
      ({ vectors, ...rest }) => ({
        ...rest,
        vectors: { type: 'F32', shape: vectors.shape, data: new Float32Array(vectors.data.length).fill(1e6) },
      }),
      'its tensor vectors has type F32, not F16',
    ],
    [
      'weights in f16',
      replacing('weights', ({ shape, data }) => ({
        type: 'F16',
        shape,
        data: encodeFloat16(Float32Array.from(data)),
      })),
      'its tensor weights has type F16, not F32',
    ],
    [
      'a slot of next to no weight',
      replacing('weights', (tensor) => withNumber(tensor, 0, 1.4e-45)),
      'a slot weighs 1.401298464324817e-45 patches, which is next to nothing',
    ],
  ])('is refused: %s', (_, change, reason) => {
    for (const step of ['initialise', 'train']) expect(refusal(feddymem, step, change)).toContain(reason);
  });

  it('is refused: where a change leads beyond f16, whatever type its moves have', () => {
    const bank = bankOf([[1, -70_000]], [5]);
    expect(() => {
      inspectSlots(bank, 'f16');
    }).toThrow('a slot holds the number -70000, beyond 655');
    inspectSlots(bank, 'f32');
  });

  it.each([
    ['f32', 'vectors'],
    ['int8', 'vectors.scale'],
    ['f32', 'variances'],
  ])('is refused: in %s, with %s whose squares nobody can calculate with', async (precision, name) => {
    const uploads = await honestUploads('method.dimensions=6', `method.precision=${precision}`);
    const change = replacing(name, (tensor) => withNumber(tensor, 0, 1e36));
    expect(refusal(uploads, 'train', change)).toMatch(/a slot h(olds|as) .*, beyond 1/);
  });

  it('may have as many slots as the bank where nothing reduces it', () => {
    expect(refusal(feddymem, 'train', doubled, { reduce: 'none' })).toBeNull();
  });
});
