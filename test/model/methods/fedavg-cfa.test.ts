import { describe, expect, it } from 'vitest';
import { readFloat32, vectorTensor, type TensorMap } from '../../../src/base/tensor.js';
import { fedavgCfa } from '../../../src/model/methods/fedavg-cfa.js';
import type { ServerContext } from '../../../src/model/methods/method.js';

describe('FedAvg', () => {
  const upload = (client: string, patches: number, ...values: number[]) => ({
    client,
    weight: 1,
    message: {
      'parameter.0': vectorTensor(Float32Array.from(values)),
      patches: vectorTensor(Float64Array.of(patches)),
    } as TensorMap,
  });
  const average = (...uploads: ReturnType<typeof upload>[]) =>
    fedavgCfa.server.train({ uploads } as unknown as ServerContext);

  it('averages two clients by their patches: numbers by hand', async () => {
    const { message } = await average(upload('a', 1, 0, 10), upload('b', 3, 4, 2));
    expect([...readFloat32(message!, 'parameter.0')]).toEqual([3, 4]);
  });

  it('of one client is that client', async () => {
    const { message } = await average(upload('a', 7, 0.1, -3));
    expect([...readFloat32(message!, 'parameter.0')]).toEqual([Math.fround(0.1), -3]);
  });

  it('refuses parameters of another size and names the client', async () => {
    await expect(async () => average(upload('a', 1, 1, 2), upload('b', 1, 1))).rejects.toThrow(/client b/);
  });
});
