import { describe, expect, it } from 'vitest';
import { clusteringCost, embeddingCost } from '../../../src/model/methods/costs.js';
import {
  aggregationCost,
  globalSlots,
  reduceCost,
  updateCost,
} from '../../../src/model/methods/memory-costs.js';
import { methods } from '../../../src/model/methods/registry.js';
import { preparedSwarm } from '../../sim/run/samples.js';

/** 80 training patches in 4 dimensions; 10 slots a bank, 5 an upload, 8 in all, of 3 clients. */
const sizes = { trainingImages: 10, patchesPerImage: 8, channels: 6, clients: 3, has: () => true };
async function settingsWith(...changes: string[]) {
  const { federation } = await preparedSwarm(
    'method.dimensions=4',
    'method.patches=80',
    'method.calibration=none',
    'method.memory={local: 10, upload: 5, global: 8, minimumPatches: 0}',
    ...changes,
  );
  return federation.segments[0].settings;
}

describe('a bank after training', () => {
  it.each([
    ['rebuild', (4 + 1) * 2 * 80 * 4 * 10],
    ['none', 0],
  ])('costs what update %s runs', async (update, operations) => {
    expect(updateCost(sizes, await settingsWith(`method.update=${update}`))).toBe(operations);
  });

  it('costs one search with update ema, and embedding the slots where they are not embedded', async () => {
    const search = 2 * 80 * 4 * 10;
    const settings = await settingsWith('method.update=ema');
    const slots = embeddingCost(settings.training.generator, 10, 4);
    expect(slots).toBeGreaterThan(0);
    expect(updateCost(sizes, settings)).toBe(search + slots);
    expect(updateCost(sizes, await settingsWith('method.update=ema', 'method.space=embedding'))).toBe(search);
  });

  it.each(['feddymem', 'local', 'fedavg-cfa'] as const)('is charged so by %s', async (name) => {
    const cost = async (update: string) =>
      methods[name].cost(
        'train',
        'client',
        sizes,
        await settingsWith(`method.name=${name}`, `method.update=${update}`),
      );
    expect((await cost('rebuild')) - (await cost('none'))).toBe(5 * 2 * 80 * 4 * 10);
  });
});

it.each([
  ['weighted-average', (6 + 1) * 2 * 10 * 4 * 5],
  ['uniform-mean', (6 + 1) * 2 * 10 * 4 * 5],
  ['random', 2 * 10 * 4 * 5],
  ['coreset', 2 * (2 * 10 * 4 * 5)],
  ['soft', 2 * 10 * 4 * 10 + 3 * (2 * 10 * 4 * 5)],
  ['none', 0],
])('an upload costs what reduce %s runs', async (reduce, operations) => {
  expect(reduceCost(await settingsWith(`method.reduce=${reduce}`), 4)).toBe(operations);
  const whole = await settingsWith(`method.reduce=${reduce}`, 'method.memory.upload=10');
  expect(reduceCost(whole, 4)).toBe(0);
});

describe('the global memory', () => {
  it.each([
    ['k-means', (15 + 1) * 2 * 15 * 4 * 8],
    ['ml-kmeans', (15 + 1) * 2 * 15 * 4 * 8],
    ['random', 2 * 15 * 4 * 8],
    ['coreset', 2 * (2 * 15 * 4 * 8)],
    ['concat', 0],
    ['none', 0],
  ])('costs what aggregation %s runs', async (aggregation, operations) => {
    const settings = await settingsWith(`method.aggregation=${aggregation}`);
    expect(aggregationCost(sizes, settings)).toBe(operations);
    expect(methods.feddymem.cost('train', 'server', sizes, settings)).toBe(operations);
    // Fewer uploads than slots stay as they are.
    expect(aggregationCost({ ...sizes, clients: 1 }, settings)).toBe(0);
  });

  it('is made of whole banks where nobody reduces', async () => {
    const settings = await settingsWith('method.reduce=none');
    expect(aggregationCost(sizes, settings)).toBe(clusteringCost(30, 8, 4, 15));
  });

  it('is of all uploaded slots where all are kept: detectors search them', async () => {
    const [kept, merged] = [await settingsWith('method.aggregation=concat'), await settingsWith()];
    expect([globalSlots(sizes, kept), globalSlots(sizes, merged)]).toEqual([15, 8]);
    const join = (settings: typeof kept) => methods.feddymem.cost('join', 'client', sizes, settings);
    expect(join(kept) - join(merged)).toBe(2 * 8 * 4 * (15 - 8));
  });
});
