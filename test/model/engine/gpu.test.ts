import { getEnvironmentData, Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { checkProduct } from '../../../src/model/engine/check-product.js';
import type { Engine } from '../../../src/model/engine/engine.js';
import { openGpus, type DeviceFiles } from '../../../src/model/engine/gpu-devices.js';
import { inGpuTurn } from '../../../src/model/engine/gpu-turns.js';
import { createEngine } from '../../../src/model/engine/registry.js';

describe('names of the GPUs in use', () => {
  const system = (open: readonly string[] | null, texts: Record<string, string> = {}): DeviceFiles => ({
    open: () => open,
    read: (path) => texts[path] ?? '',
    list: () => ['0000:01:00.0', '0000:02:00.0'],
  });
  const nvidia = (bus: string) => `/proc/driver/nvidia/gpus/0000:${bus}:00.0/information`;

  it('are null where the system does not tell, and none where no device file is open', () => {
    expect(openGpus(system(null))).toBeNull();
    expect(openGpus(system(['/dev/null', '/dev/nvidiactl', '/dev/dri/card0', 'socket:[1]']))).toEqual([]);
  });

  it('come from the drivers, each GPU once', () => {
    const files = system(['/dev/nvidia1', '/dev/dri/renderD129', '/dev/nvidia1', '/dev/nvidia7'], {
      [nvidia('01')]: 'Model: \t\t NVIDIA A100\nDevice Minor: \t 0\n',
      [nvidia('02')]: 'Model: \t\t NVIDIA T4\nDevice Minor: \t 1\n',
      '/sys/class/drm/renderD129/device/uevent': 'DRIVER=amdgpu\nPCI_ID=1002:73BF\n',
    });
    expect(openGpus(files)).toEqual(['amdgpu 1002:73BF', 'NVIDIA T4', 'NVIDIA GPU 7']);
  });

  it('can be asked for here', () => {
    const gpus = openGpus();
    if (process.platform === 'linux') expect(gpus).toEqual(expect.any(Array));
    else expect(gpus).toBeNull();
  });
});

describe('the product that is checked', () => {
  /** An engine whose products are the left factor, changed. */
  const engineThat = (change: (value: number) => number) =>
    ({
      compile: () => ({
        run: ([left]: readonly Float32Array[]) => Promise.resolve([left.map(change)]),
      }),
    }) as unknown as Engine;

  it.each(['onnx', 'wasm'] as const)('is exact by %s', async (name) => {
    const engine = await createEngine(name);
    expect(await checkProduct(engine)).toBe('exact');
    await engine.dispose();
  });

  it('shows formats shorter than float32, and nonsense', async () => {
    const bits = (count: number) => (value: number) => Math.round(value * 2 ** count) / 2 ** count;
    expect(await checkProduct(engineThat(bits(10)))).toBe('rounded');
    expect(await checkProduct(engineThat(bits(7)))).toBe('rounded');
    expect(await checkProduct(engineThat(() => 0))).toBe('wrong');
    expect(await checkProduct(engineThat(() => NaN))).toBe('wrong');
    expect(await checkProduct(engineThat((value) => value))).toBe('exact');
  });
});

describe('turns on a GPU', () => {
  const nothing = () => undefined;

  it('never overlap within a thread, and a failure does not keep the next from its turn', async () => {
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} in`);
      await Promise.resolve();
      events.push(`${name} out`);
      if (name === 'a') throw new Error('a failed');
    };
    const turns = [inGpuTurn(work('a'), nothing), inGpuTurn(work('b'), nothing)];
    await expect(turns[0]).rejects.toThrow('a failed');
    await turns[1];
    expect(events).toEqual(['a in', 'a out', 'b in', 'b out']);
  });

  it('end waiting when told to', async () => {
    const lock = getEnvironmentData('feddymem gpu turns') as unknown as Int32Array;
    Atomics.store(lock, 0, 1);
    const stop = () => {
      throw new Error('interrupted');
    };
    await expect(inGpuTurn(() => Promise.resolve('ran'), stop)).rejects.toThrow('interrupted');
    Atomics.store(lock, 0, 0);
    expect(await inGpuTurn(() => Promise.resolve('ran'), stop)).toBe('ran');
  });

  it('never overlap between threads', async () => {
    const counters = new Int32Array(new SharedArrayBuffer(12));
    const compiled = new URL('../../../dist/model/engine/gpu-turns.js', import.meta.url).href;
    const code = `
      const { workerData: counters } = require('node:worker_threads');
      import(${JSON.stringify(compiled)}).then(async ({ inGpuTurn }) => {
        for (let turn = 0; turn < 200; turn++) {
          await inGpuTurn(async () => {
            if (Atomics.add(counters, 0, 1) !== 0) Atomics.add(counters, 1, 1);
            await new Promise(setImmediate);
            Atomics.sub(counters, 0, 1);
            Atomics.add(counters, 2, 1);
          }, () => {});
        }
      });`;
    const workers = [1, 2, 3].map(() => new Worker(code, { eval: true, workerData: counters }));
    const codes = await Promise.all(
      workers.map(
        (worker) => new Promise((resolve, reject) => worker.on('error', reject).on('exit', resolve)),
      ),
    );
    expect(codes).toEqual([0, 0, 0]);
    const [, overlaps, turns] = counters;
    expect({ overlaps, turns }).toEqual({ overlaps: 0, turns: 600 });
  });
});
