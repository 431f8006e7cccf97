import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/base/hash.js';
import { rowOf, type Matrix } from '../../src/base/tensor.js';
import { loadClients } from '../../src/sim/data/clients.js';
import { featureClients, type FeatureSettings } from '../../src/sim/data/feature-source.js';
import { clusterCentres, drawFeatures, type DrawnFeatures } from '../../src/sim/data/feature-world.js';
import type { ClientData, ImageRecord } from '../../src/sim/data/image.js';
import { writeRun } from '../../src/sim/output/write-run.js';
import { prepareFeatures } from '../../src/sim/run/features.js';
import { runScenario } from '../../src/sim/run/run-scenario.js';
import { scoreNewImages } from '../../src/sim/run/score-new-images.js';
import { parseScenario } from '../../src/sim/scenario/load.js';
import type { Scenario } from '../../src/sim/scenario/schema.js';
import { merged, temporaryFolder } from '../support/tiny.js';

const settings: FeatureSettings = {
  channels: 16,
  grid: 4,
  products: 4,
  modes: 3,
  skew: 1,
  separation: 3,
  defectShift: 6,
  trainImages: 12,
  minimumTrainImages: 6,
  testGood: 6,
  testDefective: 6,
};

const addressOf = ({ location }: ImageRecord) => location as DrawnFeatures;
const imagesOf = (client: ClientData) => [...client.train, ...client.test];
const bitsOf = (image: ImageRecord) => sha256(new Uint8Array(drawFeatures(addressOf(image)).data.buffer));

function squaredDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + (value - b[at]) ** 2, 0);
}

/** Distance of each patch to the nearest cluster centre of all products, and the product that it belongs to. */
function nearestCentres(patches: Matrix, { world }: DrawnFeatures): { distance: number; product: number }[] {
  const centres = Array.from({ length: world.products }, (_, product) => clusterCentres(world, product));
  return Array.from({ length: patches.rows }, (_, row) => {
    const distances = centres.map((all) =>
      Math.min(
        ...Array.from({ length: all.rows }, (_, mode) =>
          squaredDistance(rowOf(patches, row), rowOf(all, mode)),
        ),
      ),
    );
    const least = Math.min(...distances);
    return { distance: Math.sqrt(least), product: distances.indexOf(least) };
  });
}

/** Rows in which a defective image differs from its normal twin. */
function shiftedRows(address: DrawnFeatures): { row: number; shift: number }[] {
  const [defective, normal] = [true, false].map((value) => drawFeatures({ ...address, defective: value }));
  return Array.from({ length: normal.rows }, (_, row) => ({
    row,
    shift: Math.sqrt(squaredDistance(rowOf(defective, row), rowOf(normal, row))),
  })).filter(({ shift }) => shift > 0);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('drawn features', () => {
  it('have these bits on every machine', () => {
    const [, second] = featureClients(settings, 2, 1);
    expect(second.train.length).toBe(6);
    expect(sha256(imagesOf(second).map(bitsOf).join())).toMatchInlineSnapshot(
      `"2000dd3bdceb2e487d93da3f8877503d2a36264a489edc9f64f8b0cce7ad11b7"`,
    );
  });

  it('are other ones for another seed, client, split or index', () => {
    const clients = [1, 2].flatMap((seed) => featureClients({ ...settings, skew: 0 }, 3, seed));
    const all = clients.flatMap((client) => imagesOf(client).map(bitsOf));
    expect(new Set(all).size).toBe(all.length);
  });

  it('of a client stay as they are when others join it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (some, more, seed, skew) => {
          const few = featureClients({ ...settings, skew }, some, seed);
          const many = featureClients({ ...settings, skew }, some + more, seed);
          expect(many).toHaveLength(some + more);
          few.forEach((client, at) => {
            expect(many[at].id).toBe(client.id);
            expect(imagesOf(many[at])).toEqual(imagesOf(client));
            expect(imagesOf(many[at]).map(bitsOf)).toEqual(imagesOf(client).map(bitsOf));
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  it('lie further from every normal cluster where they are defective', () => {
    const normal: number[] = [];
    const defective: number[] = [];
    for (const image of featureClients(settings, 6, 1).flatMap((client) => client.test)) {
      const address = addressOf(image);
      const shifted = new Set(shiftedRows({ ...address, defective: true }).map(({ row }) => row));
      nearestCentres(drawFeatures(address), address).forEach(({ distance }, row) => {
        (address.defective && shifted.has(row) ? defective : normal).push(distance);
      });
    }
    // Noise of deviation 1 in 16 channels lies at about 4, and with a shift of 6 at about √(16 + 36) = 7.2.
    expect(mean(normal)).toBeGreaterThan(3.7);
    expect(mean(normal)).toBeLessThan(4.1);
    expect(mean(defective)).toBeGreaterThan(6.5);
    expect(mean(defective)).toBeLessThan(7.5);
  });

  it('are defective in a block, shifted by the wanted distance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer(), (grid, seed) => {
        const [client] = featureClients({ ...settings, grid }, 1, seed);
        for (const image of client.test.slice(settings.testGood)) {
          const shifted = shiftedRows(addressOf(image));
          const span = (values: number[]) => Math.max(...values) - Math.min(...values) + 1;
          const height = span(shifted.map(({ row }) => Math.floor(row / grid)));
          const width = span(shifted.map(({ row }) => row % grid));
          expect(height * width).toBe(shifted.length);
          expect(Math.max(height, width)).toBeLessThanOrEqual(Math.ceil(grid / 2));
          for (const { shift } of shifted) expect(shift).toBeCloseTo(settings.defectShift, 3);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('show one product a client at skew 1, and all alike at skew 0', () => {
    const shares = (skew: number) =>
      featureClients({ ...settings, skew, trainImages: 80, minimumTrainImages: 80 }, 12, 3).map((client) => {
        const counts = [0, 0, 0, 0];
        for (const image of client.train) {
          const patches = nearestCentres(drawFeatures(addressOf(image)), addressOf(image));
          // An image shows one product.
          expect(new Set(patches.map(({ product }) => product)).size).toBe(1);
          counts[patches[0].product] += 1 / 80;
        }
        return counts;
      });
    const own = shares(1);
    expect(own.every((counts) => counts.some((share) => share > 0.999))).toBe(true);
    expect(new Set(own.map((counts) => counts.indexOf(Math.max(...counts)))).size).toBeGreaterThan(2);
    for (const share of shares(0).flat()) {
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.45);
    }
  });
});

const tinyFeatures = {
  name: 'features',
  clients: 4,
  data: { source: 'features' },
  method: {
    rounds: 2,
    alignment: 'none',
    patches: 200,
    memory: { local: 12, upload: 6, global: 24, minimumPatches: 2 },
    training: { steps: 4, batchSize: 64 },
  },
};

function scenarioOf(changes: Record<string, unknown> = {}): Scenario {
  return parseScenario(merged(tinyFeatures, changes), 'test');
}

describe('a scenario of features', () => {
  it('has no backbone, and refuses one', () => {
    expect(scenarioOf()).not.toHaveProperty('backbone');
    expect(scenarioOf({ data: { source: 'synthetic' } }).backbone).toMatchObject({
      name: 'oriented-filters',
    });
    const backbone = { name: 'oriented-filters' };
    expect(() => scenarioOf({ backbone })).toThrow(/backbone is .* must be left out/);
  });

  it('names the nearest known field, and refuses more minimum than most images', () => {
    expect(() => scenarioOf({ data: { chanels: 3 } })).toThrow(/data\.chanels; did you mean channels/);
    expect(() => scenarioOf({ data: { minimumTrainImages: 13 } })).toThrow(
      /at least minimumTrainImages, and 12 is below 13/,
    );
  });

  it('has its clients, of the wanted sizes, without any image held', async () => {
    const clients = await loadClients(scenarioOf({ clients: 500 }), undefined);
    const sizes = clients.map(({ train }) => train.length);
    expect(new Set(sizes)).toEqual(new Set([6, 7, 8, 9, 10, 11, 12]));
    expect(clients[0].test.map(({ label }) => label).join('')).toBe('000000111111');
    const ids = new Set(clients.flatMap((client) => imagesOf(client).map(({ id }) => id)));
    expect(ids.size).toBe(sizes.reduce((sum, size) => sum + size + 12, 0));
    const { features } = await prepareFeatures(clients, 'fail', undefined as never, () => undefined);
    expect(features.get('client-7')!.train).toEqual(clients[6].train.map(addressOf));
    // Plain and complete: what is left of an address after JSON draws the same numbers.
    const address = features.get('client-7')!.test[8] as DrawnFeatures;
    const again = JSON.parse(JSON.stringify(address)) as DrawnFeatures;
    expect(drawFeatures(again)).toEqual(drawFeatures(address));
  });

  it('names a few clients when holdOut names nobody', async () => {
    const refused = loadClients(scenarioOf({ clients: 5000, holdOut: ['nobody'] }), undefined);
    await expect(refused).rejects.toMatchObject({ hint: expect.stringMatching(/^.{1,400}client-5000\.$/) });
  });

  it.each(['none', 'orthogonal'])(
    'runs from end to end, and finds defects: alignment %s',
    async (alignment) => {
      const cacheFolder = temporaryFolder();
      const run = () =>
        runScenario(scenarioOf({ method: { alignment, dimensions: 16 } }), {
          cacheFolder,
          workers: 'inline',
        });
      const { result, environment } = await run();
      expect(environment.backbone).toMatchObject({ name: 'none' });
      expect(result.clients.map(({ trainImages }) => trainImages)).toEqual([8, 6, 6, 7]);
      expect(result.mean.own!.imageAuroc).toBeGreaterThan(0.8);
      expect(result.mean.global!.imageAuroc).toBeGreaterThan(0.8);
      expect(result.mean.own).not.toHaveProperty('pixelAuroc');
      expect((await run()).result.journalDigest).toBe(result.journalDigest);
      expect(existsSync(join(cacheFolder, 'features'))).toBe(false);
    },
  );

  it('leaves a run folder without pictures, whose detectors refuse images', async () => {
    const scenario = scenarioOf({ method: { rounds: 0 } });
    const run = await runScenario(scenario, { cacheFolder: temporaryFolder(), workers: 'inline' });
    const files = await writeRun(temporaryFolder(), run, 'feddymem run features.yaml');
    expect(files).toContain('report.html');
    expect(files).not.toContain('heat-maps.png');
    await expect(scoreNewImages(scenario, {}, ['part.png'])).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('data.source'),
    });
  });
});
