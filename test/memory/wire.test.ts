import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeddymemError } from '../../src/base/errors.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/base/safetensors.js';
import { matrix, type Matrix, type Tensor, type TensorMap } from '../../src/base/tensor.js';
import { emptyBank, validateBank, type MemoryBank } from '../../src/memory/memory-bank.js';
import { decodeBank, decodeMatrix, encodeBank, encodeMatrix, precisions } from '../../src/memory/wire.js';
import { bankOf, coordinate, memoryBanks, rowsIn } from './samples.js';

const travel = (tensors: TensorMap) => decodeSafetensors(encodeSafetensors(tensors), 'message');

const matrices = (range: number): fc.Arbitrary<Matrix> =>
  fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
    fc
      .array(fc.oneof(coordinate(range), coordinate(1)), {
        minLength: rows * columns,
        maxLength: rows * columns,
      })
      .map((numbers) => matrix(rows, columns, Float32Array.from(numbers))),
  );

describe('matrices on the wire', () => {
  const roundTrip = (source: Matrix, precision: (typeof precisions)[number]) => {
    const back = decodeMatrix(travel(encodeMatrix(source, precision, 'm')), 'm', 'test');
    expect([back.rows, back.columns]).toEqual([source.rows, source.columns]);
    return back;
  };

  it('are exact in f32', () => {
    fc.assert(
      fc.property(matrices(3e38), (source) => {
        expect(roundTrip(source, 'f32').data).toEqual(source.data);
      }),
    );
  });

  it('err by at most 2⁻¹¹ of each number in f16', () => {
    fc.assert(
      fc.property(matrices(65_504), (source) => {
        roundTrip(source, 'f16').data.forEach((value, at) => {
          // Below its normal range binary16 has a fixed step of 2⁻²⁴.
          const bound = Math.max(Math.abs(source.data[at]) * 2 ** -11, 2 ** -25);
          expect(Math.abs(value - source.data[at])).toBeLessThanOrEqual(bound);
        });
      }),
    );
  });

  it('err by at most half a step of 1/127 of the row’s largest in int8', () => {
    fc.assert(
      fc.property(matrices(1e38), (source) => {
        const back = rowsIn(roundTrip(source, 'int8'));
        for (const [at, row] of rowsIn(source).entries()) {
          const largest = Math.max(...row.map(Math.abs));
          const bound = largest / 254 + largest * 2 ** -22 + 2 ** -142;
          row.forEach((value, axis) => expect(Math.abs(back[at][axis] - value)).toBeLessThanOrEqual(bound));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keep rows of zeros, and rows of tiny numbers beside rows of huge ones, in int8', () => {
    const source = matrix(3, 2, Float32Array.of(0, 0, 1e-6, -2e-6, 3e6, 1e6));
    const back = rowsIn(roundTrip(source, 'int8'));
    expect(back[0]).toEqual([0, 0]);
    expect(back[1][0] / 1e-6).toBeCloseTo(1, 1.5);
    expect(back[2][1] / 1e6).toBeCloseTo(1, 1.5);
  });
});

describe.each(precisions)('a bank in %s', (precision) => {
  const decode = (tensors: TensorMap, bank: MemoryBank) =>
    decodeBank(tensors, bank.vectors.columns, 'client seven');

  it('survives the trip: weights exactly, vectors and variances at their precision', () => {
    fc.assert(
      fc.property(memoryBanks(), (bank) => {
        const back = decode(travel(encodeBank(bank, precision)), bank);
        if (precision === 'f32') expect(back).toEqual(bank);
        expect(back.weights).toEqual(bank.weights);
        expect(back.vectors).toEqual(
          decodeMatrix(encodeMatrix(bank.vectors, precision, 'vectors'), 'vectors', 'test'),
        );
        back.variances.forEach((variance, slot) => {
          const bound = precision === 'f32' ? 0 : Math.max(bank.variances[slot] * 2 ** -11, 2 ** -25);
          expect(Math.abs(variance - bank.variances[slot])).toBeLessThanOrEqual(bound);
        });
      }),
    );
    expect(decode(travel(encodeBank(emptyBank(7), precision)), emptyBank(7))).toEqual(emptyBank(7));
  });

  const bank = bankOf([[1, -2, 3], [0.5, 8, 0]], [6, 7], [0.25, 2]); // prettier-ignore
  const good = encodeBank(bank, precision);
  const refused = (tensors: TensorMap, dimensions = 3) => {
    const attempt = () => decodeBank(tensors, dimensions, 'client seven');
    expect(attempt).toThrow(FeddymemError);
    return attempt;
  };
  const floats = (...numbers: number[]): Tensor => ({
    type: 'F32',
    shape: [numbers.length],
    data: Float32Array.from(numbers),
  });

  it.each(Object.keys(good))('is refused without its %s, by the name of its sender', (name) => {
    const rest = Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
    expect(refused(rest)).toThrow(/client seven/);
  });

  it.each(Object.keys(good))('is refused with %s of another type, by the name of its sender', (name) => {
    const count = good[name].data.length;
    const other: Tensor = { type: 'I32', shape: good[name].shape, data: new Int32Array(count).fill(1) };
    expect(refused({ ...good, [name]: other })).toThrow(/client seven/);
  });

  it.each<[string, TensorMap]>([
    ['NaN in its weights', { weights: floats(6, NaN) }],
    ['a weight of zero', { weights: floats(0, 7) }],
    ['too few weights', { weights: floats(6) }],
    ['too many variances', { variances: floats(1, 2, 3) }],
    ['a negative variance', { variances: floats(-1, 2) }],
    ['NaN in its vectors', encodeMatrix(matrix(2, 3, new Float32Array(6).fill(NaN)), precision, 'vectors')],
    [
      'an infinite vector',
      encodeMatrix(matrix(2, 3, Float32Array.of(1, 2, Infinity, 4, 5, 6)), precision, 'vectors'),
    ],
    ['too few slots', encodeMatrix(matrix(1, 3), precision, 'vectors')],
    ['vectors of one axis', { vectors: { ...good.vectors, shape: [6] } }],
  ])('is refused with %s, by the name of its sender', (_, damage) => {
    expect(refused({ ...good, ...damage })).toThrow(/client seven/);
  });

  it('is refused in another dimension than the run’s, by the name of its sender', () => {
    expect(refused(good, 4)).toThrow(/client seven/);
    expect(refused(good, 2)).toThrow(/client seven/);
  });

  it('gives a valid bank or a typed error from any damaged bytes', () => {
    const bytes = encodeSafetensors(good);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = byte;
        try {
          validateBank(decodeBank(decodeSafetensors(damaged, 'message'), 3, 'client seven'), 3, 'result');
        } catch (error) {
          expect(error).toBeInstanceOf(FeddymemError);
          expect((error as FeddymemError).message).not.toContain('result');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('an encoded bank', () => {
  it('that does not fit binary16 has the largest it can say, not infinity', () => {
    const bank = bankOf([[70_000, -1e30]], [5], [1]);
    const back = decodeBank(encodeBank(bank, 'f16'), 2, 'client seven');
    expect([...back.vectors.data]).toEqual([65_504, -65_504]);
    expect(decodeBank(encodeBank(bank, 'f32'), 2, 'client seven')).toEqual(bank);
  });

  it('of a variance beyond binary16 has the largest it can say', () => {
    const bank = bankOf([[1, 1]], [5], [70_000]);
    expect([...decodeBank(encodeBank(bank, 'f16'), 2, 'client seven').variances]).toEqual([65_504]);
    expect(decodeBank(encodeBank(bank, 'f32'), 2, 'client seven')).toEqual(bank);
  });

  it.each(precisions)('leaves out slots whose weights may arrive as nothing: %s', (precision) => {
    const bank = bankOf([[1, 1], [2, 2], [3, 3]], [1e-40, 5, 1e-300]); // prettier-ignore
    expect([...decodeBank(travel(encodeBank(bank, precision)), 2, 'client seven').weights]).toEqual([5]);
  });

  it.each([
    [
      'f32',
      '{"variances":{"dtype":"F32","shape":[100],"data_offsets":[0,400]},' +
        '"vectors":{"dtype":"F32","shape":[100,128],"data_offsets":[400,51600]},' +
        '"weights":{"dtype":"F32","shape":[100],"data_offsets":[51600,52000]}}',
      4 * 100 * 128 + 4 * 100 + 4 * 100,
    ],
    [
      'f16',
      '{"weights":{"dtype":"F32","shape":[100],"data_offsets":[0,400]},' +
        '"variances":{"dtype":"F16","shape":[100],"data_offsets":[400,600]},' +
        '"vectors":{"dtype":"F16","shape":[100,128],"data_offsets":[600,26200]}}',
      2 * 100 * 128 + 4 * 100 + 2 * 100,
    ],
    [
      'int8',
      '{"vectors.scale":{"dtype":"F32","shape":[100],"data_offsets":[0,400]},' +
        '"weights":{"dtype":"F32","shape":[100],"data_offsets":[400,800]},' +
        '"variances":{"dtype":"F16","shape":[100],"data_offsets":[800,1000]},' +
        '"vectors":{"dtype":"I8","shape":[100,128],"data_offsets":[1000,13800]}}',
      100 * 128 + 4 * 100 + 4 * 100 + 2 * 100,
    ],
  ] as const)('of 100 × 128 in %s has the length counted by hand', (precision, header, numbers) => {
    const bank = bankOf(
      Array.from({ length: 100 }, () => new Array<number>(128).fill(1)),
      new Array<number>(100).fill(5),
    );
    const bytes = encodeSafetensors(encodeBank(bank, precision));
    expect(bytes.byteLength).toBe(8 + 8 * Math.ceil(header.length / 8) + numbers);
    expect(new TextDecoder().decode(bytes.slice(8, 8 + header.length))).toBe(header);
  });
});
