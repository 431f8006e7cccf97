import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromFloat16Bits, toFloat16Bits } from '../../../src/base/float16.js';
import { encodeSafetensors } from '../../../src/base/safetensors.js';
import type { DataType, Tensor, TensorData } from '../../../src/base/tensor.js';
import { byteDifference } from '../../../src/sim/compare/byte-difference.js';
import { payloadDifference } from '../../../src/sim/compare/payload-difference.js';
import { valueDifference } from '../../../src/sim/compare/tensor-difference.js';

const f32 = (...values: number[]): Tensor => ({
  type: 'F32',
  shape: [values.length],
  data: Float32Array.from(values),
});
const f16 = (...values: number[]): Tensor => ({
  type: 'F16',
  shape: [values.length],
  data: Uint16Array.from(values, toFloat16Bits),
});

const numberArrays: Record<DataType, (values: readonly number[]) => TensorData> = {
  F64: (values) => Float64Array.from(values),
  F32: (values) => Float32Array.from(values),
  F16: (values) => Uint16Array.from(values, toFloat16Bits),
  I32: (values) => Int32Array.from(values),
  I8: (values) => Int8Array.from(values),
  U8: (values) => Uint8Array.from(values),
};
// Few different values, so that many elements agree.
const value = fc.constantFrom(0, -0, 1, 2, -3, 0.5, 7.25, NaN, Infinity, -Infinity);
const pair = fc
  .record({
    type: fc.constantFrom(...(Object.keys(numberArrays) as DataType[])),
    rows: fc.nat(3),
    columns: fc.nat(4),
    depth: fc.nat(2),
  })
  .chain(({ type, rows, columns, depth }) => {
    const count = rows * columns * depth;
    const tensor = fc
      .array(value, { minLength: count, maxLength: count })
      .map((values): Tensor => ({ type, shape: [rows, columns, depth], data: numberArrays[type](values) }));
    return fc.tuple(tensor, tensor);
  });

/** What the comparison should say, element by element in nested loops. */
function naive(a: Tensor, b: Tensor) {
  const read = ({ type, data }: Tensor, at: number) =>
    type === 'F16' ? fromFloat16Bits(data[at]) : data[at];
  const unequal: { index: number[]; x: number; y: number; bits: boolean }[] = [];
  const magnitudes: number[] = [0];
  let at = 0;
  for (let i = 0; i < a.shape[0]; i++)
    for (let j = 0; j < a.shape[1]; j++)
      for (let k = 0; k < a.shape[2]; k++, at++) {
        const [x, y] = [read(a, at), read(b, at)];
        magnitudes.push(...[x, y].filter(Number.isFinite).map(Math.abs));
        if (Object.is(x, y)) continue;
        unequal.push({ index: [i, j, k], x, y, bits: x === 0 && y === 0 });
      }
  const byValue = unequal.filter(({ bits }) => !bits);
  const distances = byValue.filter(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y));
  const largest = Math.max(...distances.map(({ x, y }) => Math.abs(x - y)));
  const first = byValue[0] ?? unequal[0];
  return unequal.length === 0
    ? null
    : {
        elements: at,
        differing: byValue.length,
        bitsOnly: unequal.length - byValue.length,
        nanInOne: byValue.length - distances.length,
        first: { index: first.index, a: first.x, b: first.y },
        largest:
          distances.length === 0
            ? null
            : {
                difference: largest,
                index: distances.find(({ x, y }) => Math.abs(x - y) === largest)!.index,
                relative: largest === Infinity ? null : largest / Math.max(...magnitudes),
              },
      };
}

describe('the difference of two tensors', () => {
  it('is what nested loops find', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(valueDifference(a, b)).toEqual(naive(a, b));
      }),
      { numRuns: 500 },
    );
  });

  it('tells apart values and bits', () => {
    expect(valueDifference(f32(1, 0, NaN), f32(1, -0, NaN))).toEqual({
      ...{ elements: 3, differing: 0, bitsOnly: 1, nanInOne: 0, largest: null },
      first: { index: [1], a: 0, b: -0 },
    });
    const otherNaN: Tensor = { ...f32(0), data: new Float32Array(Uint32Array.of(0xffc00001).buffer) };
    expect(valueDifference(f32(NaN), otherNaN)).toMatchObject({ differing: 0, bitsOnly: 1, largest: null });
  });

  it('measures binary16 as numbers', () => {
    expect(valueDifference(f16(1, 2, 4), f16(1, 2.5, 3))).toMatchObject({
      first: { index: [1], a: 2, b: 2.5 },
      largest: { difference: 1, index: [2], relative: 0.25 },
    });
  });

  it('has an empty index for a scalar', () => {
    expect(valueDifference({ ...f32(1), shape: [] }, { ...f32(2), shape: [] })?.first.index).toEqual([]);
  });
});

describe('the difference of two payloads', () => {
  it('is null for equal bytes', () => {
    expect(
      payloadDifference(encodeSafetensors({ a: f32(NaN) }), encodeSafetensors({ a: f32(NaN) })),
    ).toBeNull();
    expect(payloadDifference(Uint8Array.of(1), Uint8Array.of(1))).toBeNull();
  });

  it('lists tensors by name: in one only, of another layout, of other values', () => {
    const a = encodeSafetensors({
      same: f32(1),
      z: f32(1),
      layout: f32(1, 2),
      type: f32(1),
      values: f32(1, 2),
    });
    const b = encodeSafetensors({
      ...{ same: f32(1), new: f16(1), values: f32(1, 3), type: f16(1) },
      layout: { ...f32(1, 2), shape: [2, 1] },
    });
    expect(payloadDifference(a, b)).toEqual({
      kind: 'tensors',
      equal: 1,
      tensors: [
        { name: 'layout', kind: 'layout', a: { type: 'F32', shape: [2] }, b: { type: 'F32', shape: [2, 1] } },
        { name: 'new', kind: 'only-in-b', type: 'F16', shape: [1] },
        { name: 'type', kind: 'layout', a: { type: 'F32', shape: [1] }, b: { type: 'F16', shape: [1] } },
        {
          ...{ name: 'values', kind: 'values', type: 'F32', shape: [2] },
          ...{ elements: 2, differing: 1, bitsOnly: 0, nanInOne: 0 },
          first: { index: [1], a: 2, b: 3 },
          largest: { difference: 1, index: [1], relative: 1 / 3 },
        },
        { name: 'z', kind: 'only-in-a', type: 'F32', shape: [1] },
      ],
    });
  });

  it('falls back to bytes for what is no safetensors file, and for a header alone', () => {
    const encoded = encodeSafetensors({ a: f32(1) });
    expect(payloadDifference(encoded, encoded.slice(0, -1))).toMatchObject({
      ...{ kind: 'bytes', because: 'no-tensors', firstOffset: encoded.length - 1, differingBits: 0 },
      ...{ bytesA: encoded.length, bytesB: encoded.length - 1 },
    });
    expect(payloadDifference(encoded, encodeSafetensors({ a: f32(1) }, { note: 'x' }))).toMatchObject({
      kind: 'bytes',
      because: 'equal-tensors',
    });
  });

  it('counts bits as a loop over them does', () => {
    const bits = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (a, b) => {
        const [textA, textB] = [bits(a), bits(b)];
        const differing = [...textA].filter((bit, at) => at < textB.length && bit !== textB[at]).length;
        const found = [...a].findIndex((byte, at) => byte !== b[at]);
        expect(byteDifference(a, b)).toEqual({
          ...{ bytesA: a.length, bytesB: b.length, differingBits: differing },
          firstOffset: found < 0 ? a.length : found,
        });
      }),
    );
  });
});
