import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFloat32, vectorTensor, type TensorMap } from '../../../../src/base/tensor.js';
import { averageBlocks, encodeBlocks } from '../../../../src/model/methods/blocks.js';
import type { Upload } from '../../../../src/model/methods/method.js';

function upload(client: string, patches: number, values: readonly number[], weight = 1): Upload {
  const message: TensorMap = {
    ...encodeBlocks([Float32Array.from(values)], 'parameter'),
    patches: vectorTensor(Float64Array.of(patches)),
  };
  return { client, weight, message };
}

const average = (...uploads: Upload[]) => readFloat32(averageBlocks(uploads, 'parameter'), 'parameter.0');

describe('FedAvg', () => {
  it('averages two clients by their patches: numbers by hand', () => {
    expect([...average(upload('a', 1, [0, 10]), upload('b', 3, [4, 2]))]).toEqual([3, 4]);
  });

  it('counts a stale upload less: numbers by hand', () => {
    expect([...average(upload('a', 2, [0]), upload('b', 4, [6], 0.5))]).toEqual([3]);
  });

  it('of one client is that client, to the bit', () => {
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20_000 }), (numbers, patches) => {
        expect(average(upload('a', patches, numbers))).toEqual(Float32Array.from(numbers));
      }),
    );
  });

  it('of clients that agree is what they agree on, whatever their patches', () => {
    const count = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(fc.integer({ min: -99, max: 99 }), fc.array(count, { minLength: 1 }), (value, counts) => {
        const uploads = counts.map((patches, at) => upload(`client-${at}`, patches, [value]));
        expect(average(...uploads)[0]).toBeCloseTo(value, 4);
      }),
    );
  });

  it('refuses parameters of another size and names the client', () => {
    expect(() => average(upload('a', 1, [1, 2]), upload('b', 1, [1]))).toThrow(/client b/);
  });
});
