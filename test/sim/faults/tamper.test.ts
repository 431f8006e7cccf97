import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFloat16, encodeFloat16 } from '../../../src/base/float16.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/base/safetensors.js';
import type { TensorMap } from '../../../src/base/tensor.js';
import { matrix } from '../../../src/base/tensor.js';
import { decodeMatrix, encodeBank, type Precision } from '../../../src/memory/wire.js';
import { falsified, flippedBit, poisoned } from '../../../src/sim/faults/tamper.js';

const decoded = (bytes: Uint8Array | null): TensorMap => decodeSafetensors(bytes!, 'a message');

/** Four slots of norms 5, 5, 10 and 10, weights 1 to 4. */
function bankBytes(precision: Precision = 'f32'): Uint8Array {
  const vectors = matrix(4, 2, Float32Array.of(3, 4, -3, 4, 6, -8, 0, 10));
  const weights = Float64Array.of(1, 2, 3, 4);
  return encodeSafetensors(
    encodeBank({ vectors, weights, variances: new Float64Array(4).fill(0.5) }, precision),
  );
}

const statistics = encodeSafetensors({
  sums: { type: 'F64', shape: [3], data: Float64Array.of(1, 2, 3) },
  counts: { type: 'F64', shape: [3], data: Float64Array.of(4, 5, 6) },
});
const integers = encodeSafetensors({ step: { type: 'I32', shape: [1], data: Int32Array.of(7) } });
const nothing = encodeSafetensors({});

describe('flippedBit', () => {
  it('flips exactly one bit, modulo the length, of a copy', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(1 << 20), (bytes, bit) => {
        const before = Uint8Array.from(bytes);
        const after = flippedBit(bytes, bit);
        expect(bytes).toEqual(before);
        const at = bit % (8 * bytes.length);
        const differing = [...after.keys()].filter((index) => after[index] !== before[index]);
        expect(differing).toEqual([at >> 3]);
        expect(after[at >> 3] ^ before[at >> 3]).toBe(1 << (at & 7));
        expect(flippedBit(after, bit)).toEqual(before);
      }),
    );
  });

  it('leaves an empty message empty', () => {
    expect(flippedBit(new Uint8Array(0), 5)).toHaveLength(0);
  });
});

describe('falsified', () => {
  it.each(['f32', 'f16', 'int8'] as const)('not-a-number: puts one NaN into a bank of %s', (precision) => {
    const before = decoded(bankBytes(precision));
    const after = decoded(falsified(bankBytes(precision), 'not-a-number'));
    expect(Object.keys(after)).toEqual(Object.keys(before));
    const bad = Object.values(after).flatMap(({ type, data }) =>
      [...(type === 'F16' ? decodeFloat16(data as Uint16Array) : data)].filter(Number.isNaN),
    );
    expect(bad).toHaveLength(1);
  });

  it('not-a-number: of F64 numbers too', () => {
    const { counts, sums } = decoded(falsified(statistics, 'not-a-number'));
    expect([...counts.data]).toEqual([4, NaN, 6]);
    expect([...sums.data]).toEqual([1, 2, 3]);
  });

  it('wrong-shape: leaves the last number of the first tensor out', () => {
    const { counts, sums } = decoded(falsified(statistics, 'wrong-shape'));
    expect(counts).toEqual({ type: 'F64', shape: [2], data: Float64Array.of(4, 5) });
    expect(sums.shape).toEqual([3]);
  });

  it('absurd-weights: makes every weight huge and keeps the rest', () => {
    const bytes = bankBytes();
    const { weights, ...rest } = decoded(falsified(bytes, 'absurd-weights'));
    const { weights: _, ...kept } = decoded(bytes);
    expect(rest).toEqual(kept);
    expect([...weights.data].every((weight) => weight > 1e12 && Number.isFinite(weight))).toBe(true);
    expect([...decoded(falsified(statistics, 'absurd-weights')).counts.data]).toEqual([5e12, 6e12, 7e12]);
  });

  it('absurd-weights: of no message without weights', () => {
    const vectors = encodeSafetensors({ vectors: { type: 'F32', shape: [1], data: Float32Array.of(1) } });
    expect(falsified(vectors, 'absurd-weights')).toBeNull();
  });

  it('truncated: sends the first half, which nobody can read', () => {
    const bytes = bankBytes();
    const half = falsified(bytes, 'truncated')!;
    expect(half).toEqual(Uint8Array.from(bytes.subarray(0, bytes.length >> 1)));
    expect(() => decoded(half)).toThrow('not a readable safetensors file');
  });

  it.each(['not-a-number', 'wrong-shape', 'absurd-weights'] as const)(
    '%s: nothing of what holds no floating-point number, or can not be read',
    (how) => {
      for (const bytes of [integers, nothing, bankBytes().slice(0, 50), new Uint8Array(0)])
        expect(falsified(bytes, how)).toBeNull();
    },
  );

  it.each(['not-a-number', 'wrong-shape', 'absurd-weights', 'truncated'] as const)(
    '%s: leaves the bytes it is given as they are',
    (how) => {
      const bytes = bankBytes('f16');
      expect(falsified(bytes, how)).not.toEqual(Uint8Array.from(bytes));
      expect(bytes).toEqual(bankBytes('f16'));
    },
  );
});

describe('poisoned', () => {
  const slotsOf = (bytes: Uint8Array | null) => [...decodeMatrix(decoded(bytes), 'vectors', 'it').data];
  const shiftsOf = (bytes: Uint8Array, ...how: [strength: number, seed: number, client: string]) => {
    const before = slotsOf(bytes);
    const after = slotsOf(poisoned(bytes, ...how));
    return before.map((value, at) => after[at] - value);
  };

  it.each(['f32', 'f16', 'int8'] as const)(
    'shifts every slot alike by strength mean norms: %s',
    (precision) => {
      // Of int8, a 127th of the largest number, 160 or so.
      const rounding = precision === 'int8' ? 1.5 : 0.3;
      fc.assert(
        fc.property(fc.double({ min: 0.5, max: 20, noNaN: true }), fc.nat(1000), (strength, seed) => {
          const shifts = shiftsOf(bankBytes(precision), strength, seed, 'client-1');
          const [x, y] = shifts;
          for (let slot = 1; slot < 4; slot++) {
            expect(Math.abs(shifts[2 * slot] - x)).toBeLessThan(rounding);
            expect(Math.abs(shifts[2 * slot + 1] - y)).toBeLessThan(rounding);
          }
          // The mean norm is (5 + 5 + 10 + 10) / 4.
          expect(Math.abs(Math.hypot(x, y) - 7.5 * strength)).toBeLessThan(rounding);
        }),
        { numRuns: 50 },
      );
    },
  );

  it('keeps weights, variances and the bytes it was given', () => {
    const bytes = bankBytes();
    const { vectors, ...rest } = decoded(poisoned(bytes, 3, 1, 'client-1'));
    const { vectors: before, ...kept } = decoded(bytes);
    expect(rest).toEqual(kept);
    expect(vectors.shape).toEqual(before.shape);
    expect(bytes).toEqual(bankBytes());
  });

  it('is the same for a seed and a client, and another for others', () => {
    const of = (seed: number, client: string) => shiftsOf(bankBytes(), 3, seed, client);
    expect(of(1, 'client-1')).toEqual(of(1, 'client-1'));
    expect(of(1, 'client-1')).not.toEqual(of(2, 'client-1'));
    expect(of(1, 'client-1')).not.toEqual(of(1, 'client-2'));
  });

  it('shifts every block of parameters by strength of its norms, and nothing else', () => {
    const parameters = {
      'parameter.0': { type: 'F32', shape: [4], data: Float32Array.of(1, 2, 2, 4) },
      'parameter.1': { type: 'F32', shape: [2], data: Float32Array.of(6, 8) },
      patches: { type: 'F64', shape: [1], data: Float64Array.of(100) },
    } as const;
    const after = decoded(poisoned(encodeSafetensors(parameters), 3, 1, 'client-1'));
    const distance = (name: 'parameter.0' | 'parameter.1') =>
      Math.hypot(...parameters[name].data.map((value, at) => Number(after[name].data[at]) - value));
    expect(distance('parameter.0')).toBeCloseTo(15, 4);
    expect(distance('parameter.1')).toBeCloseTo(30, 4);
    expect(after.patches).toEqual(parameters.patches);
    expect(Object.keys(after).sort()).toEqual(Object.keys(parameters).sort());
  });

  it('leaves what is neither a bank nor parameters', () => {
    const empty = encodeSafetensors({
      vectors: { type: 'F16', shape: [0, 2], data: encodeFloat16(new Float32Array(0)) },
    });
    for (const bytes of [statistics, nothing, empty, bankBytes().slice(0, 50)])
      expect(poisoned(bytes, 3, 1, 'client-1')).toBeNull();
  });
});
