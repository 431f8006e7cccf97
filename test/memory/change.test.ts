import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/base/random.js';
import { encodeSafetensors } from '../../src/base/safetensors.js';
import { rowOf, type TensorMap } from '../../src/base/tensor.js';
import {
  decodeChange,
  decodeSent,
  encodeChange,
  encodeSent,
  fingerprintOf,
  type SentBank,
} from '../../src/memory/change.js';
import { selectSlots, type MemoryBank } from '../../src/memory/memory-bank.js';
import { decodeBank, encodeBank, precisions, type Precision } from '../../src/memory/wire.js';
import { wireStep } from '../../src/memory/wire-step.js';
import { squaredDistance } from '../support/naive-distances.js';
import { bankOf, memoryBanks, rowsIn } from './samples.js';

const bytesOf = (message: TensorMap) => encodeSafetensors(message).length;

/** What the other side has after a whole message. */
function sent(bank: MemoryBank, precision: Precision): SentBank {
  const message = encodeBank(bank, precision);
  return {
    fingerprint: fingerprintOf(message),
    bank: decodeBank(message, bank.vectors.columns, 'the sender'),
  };
}

const numbers = (slots: number, name: string, scale = 1) => {
  const random = stream(1, 'change', name);
  return Array.from({ length: slots }, () => Array.from({ length: 64 }, () => scale * random.normal()));
};
const bankOfRows = (rows: number[][]) =>
  bankOf(
    rows,
    rows.map((_, slot) => 5 + slot),
    rows.map(() => 0.5),
  );
/** The bank with other numbers added to every slot. */
const moved = (bank: MemoryBank, scale: number) => {
  const by = numbers(bank.weights.length, `moved ${scale}`, scale).flat();
  return {
    ...bank,
    vectors: { ...bank.vectors, data: bank.vectors.data.map((value, at) => value + by[at]) },
  };
};

describe.each(precisions)('a change of a bank in %s', (precision) => {
  it('gives every slot back to within half a step of the wire, weights and variances as a whole message does', () => {
    const pair = memoryBanks(1).chain((base) =>
      fc.tuple(
        fc.constant(base),
        fc.array(fc.nat(base.weights.length - 1), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(0, 1e-4, 0.05, 3),
        fc.nat(),
      ),
    );
    fc.assert(
      fc.property(pair, ([base, chosen, scale, seed]) => {
        const dimensions = base.vectors.columns;
        const random = stream(seed, 'moves');
        const picked = selectSlots(base, chosen);
        const data = picked.vectors.data.map((value) => value + scale * random.normal());
        const bank = { ...picked, vectors: { ...picked.vectors, data } };
        const before = sent(base, precision);
        const message = encodeChange(bank, precision, before);
        expect(bytesOf(message)).toBeLessThanOrEqual(bytesOf(encodeBank(bank, precision)));
        const arrived = decodeChange(message, dimensions, 'the sender', before);
        const whole = decodeBank(encodeBank(bank, precision), dimensions, 'the sender');
        const key = ({ weights, variances }: MemoryBank, slot: number) =>
          `${weights[slot]} ${variances[slot]}`;
        const slots = [...bank.weights.keys()];
        expect(slots.map((slot) => key(arrived, slot)).sort()).toEqual(
          slots.map((slot) => key(whole, slot)).sort(),
        );
        for (const slot of slots) {
          const vector = rowOf(bank.vectors, slot);
          const tolerance = 0.51 * wireStep(vector, precision) + 1e-7;
          const found = rowsIn(arrived.vectors).some((row) =>
            row.every((value, axis) => Math.abs(value - vector[axis]) <= tolerance),
          );
          expect(found).toBe(true);
        }
      }),
    );
  });

  it('says nothing but the places of slots that did not change', () => {
    const bank = bankOfRows(numbers(50, 'bank'));
    const before = sent(bank, precision);
    const message = encodeChange(bank, precision, before);
    expect(message.kept.shape).toEqual([50]);
    expect(message.vectors.shape).toEqual([0, 64]);
    expect(bytesOf(message)).toBeLessThan(50 * 12 + 700);
    expect(decodeChange(message, 64, 'it', before)).toEqual({ ...before.bank, vectors: before.bank.vectors });
  });

  it('is a whole message without a base, and where everything changed', () => {
    const bank = bankOfRows(numbers(20, 'bank'));
    const other = bankOfRows(numbers(20, 'other'));
    const whole = encodeBank(bank, precision);
    expect(encodeChange(bank, precision, null)).toEqual(whole);
    expect(encodeChange(bank, precision, sent(other, precision))).toEqual(whole);
  });
});

describe('a change of a bank', () => {
  it('brings slots that moved a little as int8 differences, where that is as good as f16', () => {
    const base = bankOfRows(numbers(100, 'bank'));
    const bank = moved(base, 0.02);
    const message = encodeChange(bank, 'f16', sent(base, 'f16'));
    expect(message.moved.shape[0]).toBeGreaterThan(95);
    expect(bytesOf(message)).toBeLessThan(0.65 * bytesOf(encodeBank(bank, 'f16')));
    expect(encodeChange(bank, 'f32', sent(base, 'f32'))).toEqual(encodeBank(bank, 'f32'));
  });

  it('has no slots whose weights may arrive as nothing', () => {
    const base = bankOfRows(numbers(30, 'bank'));
    const bank = { ...base, weights: base.weights.map((weight, slot) => (slot % 3 ? weight : 1e-41)) };
    const before = sent(base, 'f16');
    const message = encodeChange(bank, 'f16', before);
    expect(message).toHaveProperty('base');
    expect(decodeChange(message, 64, 'it', before).weights).toHaveLength(20);
  });

  it('adds up no errors over many rounds', () => {
    let bank = bankOfRows(numbers(40, 'bank'));
    let known = sent(bank, 'f16');
    for (let round = 0; round < 30; round++) {
      bank = moved(bank, 0.004 * (round % 4));
      const message = encodeChange(bank, 'f16', known);
      const arrived = decodeChange(message, 64, 'it', known);
      known = decodeSent(encodeSent({ fingerprint: fingerprintOf(message), bank: arrived }));
      const worst = rowsIn(bank.vectors).map((row) =>
        Math.min(...rowsIn(arrived.vectors).map((other) => squaredDistance(row, other))),
      );
      // Half a step of the largest entry, on every axis.
      expect(Math.sqrt(Math.max(...worst))).toBeLessThan(Math.sqrt(64) * 2 ** -9 * 0.51);
    }
  });

  it('is refused where its base is not known, or where its parts make no sense', () => {
    const base = bankOfRows(numbers(10, 'bank'));
    const before = sent(base, 'f16');
    const message = encodeChange(base, 'f16', before);
    const decode = (change: TensorMap, known: SentBank | null = before) =>
      decodeChange({ ...message, ...change }, 64, 'client-1', known);
    expect(() => decode({}, null)).toThrow(/client-1 is refused: it is a change of a bank that is not known/);
    expect(() => decode({}, { ...before, fingerprint: 1 })).toThrow(/not known here/);
    const places = (...values: number[]): TensorMap => ({
      kept: { type: 'I32', shape: [values.length], data: Int32Array.from(values) },
    });
    expect(() => decode(places(0, 10))).toThrow(/its kept name no slots of its base/);
    expect(() => decode(places(-1))).toThrow(/no slots of its base/);
    expect(() => decode(places(0, 1))).toThrow(/its columns differ in length/);
    expect(() => decode({ moved: message.weights })).toThrow(/its moved name no slots/);
    expect(() => decode({ moves: { type: 'F32', shape: [1, 64], data: new Float32Array(64) } })).toThrow(
      /do not fit together/,
    );
  });

  it('never takes a slot that is nowhere for one that is there', () => {
    const base = bankOfRows(numbers(30, 'bank'));
    const bank = bankOfRows(
      rowsIn(base.vectors).map((row, slot) => (slot === 4 ? row.map(() => Infinity) : row)),
    );
    for (const precision of precisions) {
      const before = sent(base, precision);
      const message = encodeChange(bank, precision, before);
      expect(() => decodeChange(message, 64, 'client-1', before)).toThrow(
        /client-1 is refused: .* not finite/,
      );
    }
  });

  it('tells one message from another', () => {
    const [a, b] = ['a', 'b'].map((name) => encodeBank(bankOfRows(numbers(3, name)), 'f16'));
    expect(fingerprintOf(a)).toBe(fingerprintOf({ ...a }));
    expect(fingerprintOf(a)).not.toBe(fingerprintOf(b));
  });
});

it.each([
  [[0, 1, -3], 'f16', 2 ** -9],
  [[0.3, 0.2], 'f16', 2 ** -12],
  [[1, 0.5], 'f32', 2 ** -23],
  [[2.54, -1], 'int8', 2.54 / 127],
  [[0, 0], 'f16', 0],
  [[1, Infinity], 'f16', 0],
  [[1, -Infinity], 'f32', 0],
  [[1, Infinity], 'int8', 0],
  [[3e38, 1], 'f32', 2 ** 104],
] as const)('the step of the wire at %j in %s is %d', (vector, precision, step) => {
  expect(wireStep(Float32Array.from(vector), precision)).toBeCloseTo(step, 9);
});
