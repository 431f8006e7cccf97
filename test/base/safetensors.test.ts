import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeddymemError } from '../../src/base/errors.js';
import { decodeFloat16, encodeFloat16, fromFloat16Bits, toFloat16Bits } from '../../src/base/float16.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/base/safetensors.js';
import type { Tensor, TensorMap } from '../../src/base/tensor.js';

const tensor = fc.oneof(
  fc.float32Array({ maxLength: 12 }).map((data): Tensor => ({ type: 'F32', shape: [data.length], data })),
  fc.float64Array({ maxLength: 6 }).map((data): Tensor => ({ type: 'F64', shape: [data.length, 1], data })),
  fc.uint16Array({ maxLength: 7 }).map((data): Tensor => ({ type: 'F16', shape: [1, data.length], data })),
  fc.int8Array({ maxLength: 5 }).map((data): Tensor => ({ type: 'I8', shape: [data.length], data })),
  fc.int32Array({ maxLength: 3 }).map((data): Tensor => ({ type: 'I32', shape: [data.length], data })),
);
const tensorMap = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
  tensor,
);

describe('safetensors', () => {
  it('reads back what it wrote, whatever the names, types and shapes', () => {
    fc.assert(
      fc.property(tensorMap, (tensors: TensorMap) => {
        const read = decodeSafetensors(encodeSafetensors(tensors), 'test');
        expect(Object.keys(read).sort()).toEqual(Object.keys(tensors).sort());
        for (const [name, { type, shape, data }] of Object.entries(tensors)) {
          expect(read[name].type).toBe(type);
          expect(read[name].shape).toEqual(shape);
          expect([...read[name].data]).toEqual([...data]);
        }
      }),
    );
  });

  it('writes the same bytes for the same tensors in any order', () => {
    const a: Tensor = { type: 'F32', shape: [2], data: Float32Array.of(1, 2) };
    const b: Tensor = { type: 'I8', shape: [1], data: Int8Array.of(3) };
    expect(encodeSafetensors({ a, b })).toEqual(encodeSafetensors({ b, a }));
  });

  it('answers every damaged file with a typed error, never a crash', () => {
    const good = encodeSafetensors({
      x: { type: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      y: { type: 'F64', shape: [2], data: Float64Array.of(5, 6) },
    });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, end) => {
        const damaged = Uint8Array.from(good);
        damaged[at] = byte;
        try {
          decodeSafetensors(damaged.slice(0, end), 'damaged.safetensors');
        } catch (error) {
          expect(error).toBeInstanceOf(FeddymemError);
          expect((error as FeddymemError).message).toContain('damaged.safetensors');
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a few bytes', Uint8Array.of(1, 2)],
    ['an absurd header length', Uint8Array.from({ length: 16 }, () => 255)],
    ['a text file', new TextEncoder().encode('hello, this is a text file and no tensors')],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeSafetensors(bytes, 'file')).toThrow(/not a readable safetensors file/);
  });
});

describe('float16', () => {
  it('decodes and encodes every bit pattern to itself', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromFloat16Bits(bits);
      if (!Number.isNaN(value)) expect(toFloat16Bits(value)).toBe(bits);
    }
  });

  it('rounds to nearest, ties to even', () => {
    expect(fromFloat16Bits(toFloat16Bits(1 + 2 ** -11))).toBe(1);
    expect(fromFloat16Bits(toFloat16Bits(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(toFloat16Bits(65520)).toBe(0x7c00);
    expect(toFloat16Bits(2 ** -25)).toBe(0);
    expect(toFloat16Bits(1.5 * 2 ** -25)).toBe(1);
  });

  it('errs by at most 2⁻¹¹ of a normal number', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(6.2e-5), max: 65000, noNaN: true }), (value) => {
        const [back] = decodeFloat16(encodeFloat16(Float32Array.of(value)));
        expect(Math.abs(back - value)).toBeLessThanOrEqual(value * 2 ** -11);
      }),
    );
  });
});
