import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ClientData, ImageRecord, MaskLocation } from '../../../src/sim/data/image.js';
import { runResultSchema } from '../../../src/sim/result/run-result.js';
import { clientResults } from '../../../src/sim/run/client-results.js';
import type { Executor } from '../../../src/sim/run/executor.js';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import { indexed } from '../../../src/sim/run/scores.js';
import type { Traffic } from '../../../src/sim/run/traffic.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import type { PixelJob } from '../../../src/sim/worker/jobs.js';
import { writeImageSet } from '../../support/image-tree.js';
import { temporaryFolder, tinyScenario } from '../../support/tiny.js';
import { imageOf } from '../data/partition/pools.js';

const withMask = (image: ImageRecord, kind: 'empty' | 'none' | 'drawn'): ImageRecord => ({
  ...image,
  mask: { kind } satisfies MaskLocation,
});
const images = [
  withMask(imageOf('a1', 'masked', 'a', 0), 'empty'),
  withMask(imageOf('b1', 'bare', 'b', 0), 'none'),
  withMask(imageOf('a2', 'masked', 'a', 1), 'drawn'),
  withMask(imageOf('b2', 'bare', 'b', 1), 'none'),
];

/** The jobs that are run for clients with these test images, and the clients' own views. */
async function resultsOf(...tests: readonly (readonly ImageRecord[])[]) {
  const jobs: PixelJob[] = [];
  const run = (job: PixelJob) => {
    jobs.push(job);
    return Promise.resolve({ pixelAuroc: 0.9, aupro: 0.8 });
  };
  const clients = tests.map((test, index): ClientData => ({ id: `client-${index}`, train: [], test }));
  const entries = clients.map(({ id, test }) => ({
    detector: id,
    images: id,
    scores: Float32Array.from(test, (_, at) => at),
  }));
  const cells = new Map(
    clients.map(({ id, test }) => [id, Float32Array.from({ length: 3 * test.length }, (_, at) => at)]),
  );
  const fleet = { profileOf: () => ({ preset: 'phone' }) };
  const federation = { evaluated: clients.map(({ id }) => id), heldOut: [], segments: [{ fleet }] };
  const results = await clientResults(
    { run } as unknown as Executor,
    { ...indexed(entries), cells },
    clients,
    federation as unknown as Parameters<typeof clientResults>[3],
    { has: () => true, client: () => ({}) } as unknown as Traffic,
    true,
  );
  return { jobs, views: results.map(({ own }) => own!) };
}

it('pixel metrics are over the images whose sets have masks, with their own cells', async () => {
  const { jobs, views } = await resultsOf(images);
  expect(jobs.map((job) => [job.images.map(({ id }) => id), [...job.cells]])).toEqual([
    [
      ['a1', 'a2'],
      [0, 1, 2, 6, 7, 8],
    ],
  ]);
  expect(views).toMatchObject([{ pixelAuroc: 0.9, aupro: 0.8 }]);
});

it('pixel metrics of a client without any are null, and say why', async () => {
  const { jobs, views } = await resultsOf([images[1], images[3]], [images[0], images[2]]);
  expect(jobs).toHaveLength(1);
  const why = 'no test image of a set with masks';
  expect(views[0]).toMatchObject({ pixelAuroc: null, pixelAurocReason: why, aupro: null, auproReason: why });
  expect(views[1]).toMatchObject({ pixelAuroc: 0.9 });
});

it('pixel metrics are left out where no client has any', async () => {
  const { jobs, views } = await resultsOf([images[1]], [images[3]]);
  expect(jobs).toEqual([]);
  for (const view of views) expect(view).not.toHaveProperty('pixelAuroc');
});

it('a set without masks takes no pixel metrics from those that have them', async () => {
  const root = temporaryFolder();
  await writeImageSet(join(root, 'masked'));
  await writeImageSet(join(root, 'bare'), { masks: false });
  const { data: _, clients: __, ...rest } = tinyScenario;
  const resultOf = async (data: Record<string, unknown>) => {
    const given = { ...rest, data: { source: 'folder', sets: ['masked', 'bare'], ...data } };
    const options = { cacheFolder: temporaryFolder(), dataFolder: root, workers: 'inline' } as const;
    const { result } = await runScenario(parseScenario(given, 'test'), options);
    return runResultSchema.parse(JSON.parse(JSON.stringify(result)));
  };
  const apart = await resultOf({});
  const [masked, bare] = apart.clients.map(({ own }) => own!);
  expect(masked.pixelAuroc).toBeGreaterThan(0);
  expect(bare).toMatchObject({ pixelAuroc: null, aupro: null });
  expect(apart.mean.own).toMatchObject({ pixelAuroc: masked.pixelAuroc, aupro: masked.aupro });
  const mixed = await resultOf({ partition: { by: 'iid', clients: 2 } });
  for (const { own } of mixed.clients) expect(own!.aupro).toBeGreaterThan(0);
});
