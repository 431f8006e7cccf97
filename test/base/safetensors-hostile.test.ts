import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeddymemError } from '../../src/base/errors.js';
import { decodeSafetensors, encodeSafetensors, parseSafetensors } from '../../src/base/safetensors.js';
import type { SafetensorsFile } from '../../src/base/safetensors.js';
import { f32, rawSafetensors } from './safetensors-raw.js';

/** What is read from bytes that may be anything: tensors within them, or null and a typed error. */
function readHostile(bytes: Uint8Array): SafetensorsFile | null {
  const pollution = Object.getOwnPropertyNames(Object.prototype).length;
  try {
    const file = parseSafetensors(bytes, 'hostile.safetensors');
    let total = 0;
    for (const { shape, data } of Object.values(file.tensors)) {
      expect(shape.reduce((product, size) => product * size, 1)).toBe(data.length);
      total += data.byteLength;
    }
    expect(total).toBeLessThanOrEqual(bytes.length);
    return file;
  } catch (error) {
    expect(error).toBeInstanceOf(FeddymemError);
    const { code, message, hint } = error as FeddymemError;
    expect(code).toBe('bad-input');
    expect(message).toContain('hostile.safetensors');
    expect(message.length).toBeLessThan(400);
    expect(hint).toBeTruthy();
    return null;
  } finally {
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(pollution);
  }
}

const refuse = (bytes: Uint8Array, problem: RegExp) =>
  expect(() => parseSafetensors(bytes, 'bad.safetensors')).toThrow(problem);

/** Sizes and offsets as they should be, and as nobody should write them. */
const size = fc.oneof(
  { weight: 5, arbitrary: fc.nat(16) },
  fc.constantFrom(-1, -0, 0.5, 1e308, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 - 1, '4', null, true, [], {}),
);
const entry = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      dtype: fc.constantFrom('F32', 'F16', 'I64', 'BOOL', 'F64', 'U8', 'f32', '__proto__', 'toString', null, {
        toString: 1,
        valueOf: 1,
      }),
      shape: fc.array(size, { maxLength: 4 }),
      data_offsets: fc.array(size, { maxLength: 3 }),
    }),
  },
  fc.jsonValue({ maxDepth: 3 }),
);
const name = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'hasOwnProperty',
    '__metadata__',
    'a',
    'a',
    '\u001b[2J',
    '\ud800',
  ),
);
/** As text, since an object holds a key once. */
const headerText = fc
  .array(fc.tuple(name, entry), { maxLength: 5 })
  .map(
    (fields) => `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`,
  );

describe('a hostile safetensors file', () => {
  it('of random bytes is refused or read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void readHostile(bytes)),
      { numRuns: 1000 },
    );
  });

  it('of random text behind a right length is refused or read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), fc.nat(64), (text, body) => {
        readHostile(rawSafetensors(text, body));
      }),
      { numRuns: 1000 },
    );
  });

  it('of plausible headers is refused or read', () => {
    fc.assert(
      fc.property(headerText, fc.nat(64), (text, body) => void readHostile(rawSafetensors(text, body))),
      { numRuns: 3000 },
    );
  });

  it('with bytes changed, cut out and put in is refused or read', () => {
    const good = encodeSafetensors({
      x: { type: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      y: { type: 'F64', shape: [2], data: Float64Array.of(5, 6) },
      z: { type: 'F16', shape: [1, 3], data: Uint16Array.of(1, 2, 3) },
    });
    const change = fc.record({
      at: fc.nat(good.length - 1),
      remove: fc.nat(4),
      insert: fc.uint8Array({ maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let bytes = [...good];
        for (const { at, remove, insert } of changes) bytes = bytes.toSpliced(at, remove, ...insert);
        readHostile(Uint8Array.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what safetensors forbids', () => {
  it.each<[string, unknown, number, RegExp]>([
    ['tensors that overlap', { a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12, /overlap/],
    ['holes', { a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12, /bytes 4 to 8 belong to no tensor/],
    ['bytes behind the last tensor', { a: f32([1], 0, 4) }, 6, /last 2 bytes belong to no tensor/],
    ['negative offsets', { a: f32([1], -4, 0) }, 4, /a has no valid data_offsets/],
    ['offsets behind the end', { a: f32([2 ** 40], 0, 2 ** 42) }, 4, /ends inside tensor a/],
    ['offsets no number holds', { a: f32([2 ** 53], 0, 2 ** 55) }, 4, /a has no valid shape/],
    ['a shape that overflows', { a: f32(Array(30).fill(2 ** 52), 0, 4) }, 4, /a needs Infinity bytes/],
    [
      'a metadata field that is a tensor',
      { __metadata__: 3, b: f32([1], 0, 8) },
      8,
      /b needs 4 bytes but is given 8/,
    ],
    [
      'types that do not exist',
      { a: { dtype: 'F33', shape: [], data_offsets: [0, 4] } },
      4,
      /a has type F33/,
    ],
    [
      'a type with methods',
      '{"a":{"dtype":{"toString":1},"shape":[],"data_offsets":[0,4]}}',
      4,
      /nested|has type/,
    ],
    ['a list for a header', [1, 2], 0, /header is no object/],
  ])('is refused: %s', (_, header, body, problem) => refuse(rawSafetensors(header, body), problem));

  it.each([
    ['a tensor', `{"a":${JSON.stringify(f32([1], 0, 4))},"a":${JSON.stringify(f32([1], 0, 4))}}`],
    [
      'a tensor in other letters',
      `{"a":${JSON.stringify(f32([1], 0, 4))},"\\u0061":${JSON.stringify(f32([1], 0, 4))}}`,
    ],
    ['a field', '{"a":{"dtype":"F16","dtype":"F32","shape":[1],"data_offsets":[0,4]}}'],
  ])('is refused: %s said twice', (_, header) => refuse(rawSafetensors(header, 4), /says something twice/));

  it('is not mistaken for it: colons and brackets in names', () => {
    const { tensors } = parseSafetensors(
      rawSafetensors({ 'a":[{\\': f32([1], 0, 4), ':{': f32([0], 4, 4) }, 4),
      'odd',
    );
    expect(Object.keys(tensors)).toEqual(['a":[{\\', ':{']);
  });
});

describe('an absurd safetensors header', () => {
  it('of brackets is refused before it is parsed', () => {
    refuse(rawSafetensors('['.repeat(5_000_000)), /nested too deeply/);
    refuse(rawSafetensors(`{"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`), /nested too deeply/);
  });

  it.each([16_000_001, 2 ** 40, 2 ** 63])('that claims %d bytes is refused by its length', (length) => {
    const bytes = new Uint8Array(64);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
    refuse(bytes, /its header claims/);
  });

  it('that gives the same unaligned bytes to many tensors copies none of them', () => {
    const length = 4_000_000;
    const many = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`tensor ${index}`, f32([length / 4], 1, 1 + length)]),
    );
    const before = process.memoryUsage().arrayBuffers;
    refuse(rawSafetensors(many, length + 1), /overlap|belong to no tensor/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000);
  });

  it('of a long name or control characters makes a short and printable message', () => {
    const read = () =>
      parseSafetensors(rawSafetensors({ [`\u001b[2J${'x'.repeat(1e6)}`]: 1 }), 'bad.safetensors');
    expect(read).toThrow(/^[ -~…]{1,300}$/);
  });
});

describe('tensors named like parts of objects', () => {
  const names = ['__proto__', 'constructor', 'toString'];
  const text = `{${names.map((key, at) => `"${key}":${JSON.stringify(f32([1], 4 * at, 4 * at + 4))}`).join()}}`;

  it('are tensors, read and written', () => {
    const tensors = decodeSafetensors(rawSafetensors(text, 12), 'names');
    expect(Object.keys(tensors)).toEqual(names);
    const again = decodeSafetensors(encodeSafetensors(tensors), 'names');
    expect(Object.keys(again).sort()).toEqual([...names].sort());
    expect(Object.getPrototypeOf(tensors)).toBeNull();
  });
});

describe('types that nothing here computes with', () => {
  const bytes = rawSafetensors(
    { count: { dtype: 'I64', shape: [], data_offsets: [4, 12] }, weight: f32([1], 0, 4) },
    12,
  );

  it('are told apart in files of others', () => {
    const { tensors, others } = parseSafetensors(bytes, 'torch');
    expect(Object.keys(tensors)).toEqual(['weight']);
    expect({ ...others }).toEqual({ count: 'I64' });
  });

  it('are refused in our own', () => {
    expect(() => decodeSafetensors(bytes, 'message')).toThrow(/message is not .*: count has type I64/);
  });
});
