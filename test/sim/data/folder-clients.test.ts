import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadClients } from '../../../src/sim/data/clients.js';
import { loadMask, openImage } from '../../../src/sim/data/load-image.js';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { writeImageSet } from '../../support/image-tree.js';
import { expectRefusal } from '../../support/refusal.js';
import { merged, temporaryFolder, tinyScenario } from '../../support/tiny.js';
import { revealLabel } from '../../../src/sim/data/label.js';

let root: string;
beforeEach(async () => {
  root = temporaryFolder();
  await writeImageSet(join(root, 'one'));
  await writeImageSet(join(root, 'two'));
});

function scenarioOf(data: Record<string, unknown>, changes: Record<string, unknown> = {}) {
  const { data: _, clients: __, ...rest } = tinyScenario;
  return parseScenario(
    { ...merged(rest, changes), data: { source: 'folder', sets: ['one', 'two'], ...data } },
    'test',
  );
}
const clientsOf = (data: Record<string, unknown>, changes: Record<string, unknown> = {}) =>
  loadClients(scenarioOf(data, changes), root);
const skewed = { lighting: 1, noise: 0.5, rotation: 1, crop: 1 };

describe('clients of folders', () => {
  it('know where every image comes from', async () => {
    const [one, second] = await clientsOf({ sets: ['one', { path: 'two', name: 'second' }] });
    expect([one.id, second.id]).toEqual(['one', 'second']);
    expect(second.train[0]).toMatchObject({ id: 'second/train/good/a_000.png', source: 'second', label: 0 });
  });

  it('refuse two sets of one name, and name all that are missing', async () => {
    await expect(clientsOf({ sets: ['one', { path: 'two', name: 'one' }] })).rejects.toThrow(
      /two sets called one/,
    );
    await expect(clientsOf({ sets: ['one', 'visa', 'btad'] })).rejects.toMatchObject({
      message: expect.stringMatching(/2 of data\.sets/) as string,
      hint: expect.stringMatching(/VisA[\s\S]*BTAD/) as string,
    });
  });

  it('refuse to be called as the server is, and say what to rename', async () => {
    await expectRefusal(
      () => clientsOf({ sets: ['one', { path: 'two', name: 'server' }] }),
      'called server',
      'Rename',
    );
    await writeImageSet(join(root, 'server'));
    await expectRefusal(() => clientsOf({ sets: ['one', 'server'] }), 'called server', 'folder');
    const kept = ['one', { path: 'server', name: 'third' }];
    expect((await clientsOf({ sets: kept })).map(({ id }) => id)).toEqual(['one', 'third']);
  });

  it('take part from the first on; who takes part changes nobody’s images', async () => {
    const partition = { by: 'dirichlet', over: 'source', alpha: 1, clients: 4 };
    const all = await clientsOf({ partition });
    const two = await clientsOf({ partition }, { clients: 2 });
    expect(all).toHaveLength(4);
    expect(two).toEqual(all.slice(0, 2));
    await expect(clientsOf({ partition }, { clients: 5 })).rejects.toThrow(/clients is 5/);
  });

  it('deal out by a table beside the sets', async () => {
    const rows = ['file,site'];
    for (let index = 0; index < 8; index++) {
      const name = `${index % 2 ? 'b' : 'a'}_00${index}.png`;
      rows.push(`train/good/${name},${index < 4 ? 'east' : 'west'}`);
      if (index < 4) rows.push(`test/good/${name},east`, `test/spot/${name},west`);
    }
    writeFileSync(join(root, 'sites.csv'), rows.join('\n'));
    const partition = { by: 'column', file: 'sites.csv', column: 'site' };
    const [east, west] = await clientsOf({ sets: ['one'], partition });
    expect([east.id, east.train.length, east.test.length]).toEqual(['east', 4, 4]);
    expect([west.id, west.train.length, west.test.length]).toEqual(['west', 4, 4]);
  });
});

describe('camera views of clients', () => {
  it('change pixels and content hash, the same way for all images of a client, with masks', async () => {
    const [plain] = await clientsOf({});
    const [seen] = await clientsOf({ featureSkew: skewed });
    const [before, after] = await Promise.all([plain, seen].map(({ train }) => openImage(train[0].location)));
    expect(after.hash).not.toBe(before.hash);
    expect(await after.pixels(48)).not.toEqual(await before.pixels(48));
    const viewOf = ({ location }: (typeof seen.train)[number]) => {
      const { noiseSeed: _, ...view } = location.kind === 'file' ? location.view! : ({} as never);
      return view;
    };
    expect(seen.train.map(viewOf)).toEqual(seen.train.map(() => viewOf(seen.train[0])));
    const defective = (client: typeof seen) => client.test.find(({ label }) => revealLabel(label) === 1)!;
    expect(await loadMask(defective(seen), 48)).not.toEqual(await loadMask(defective(plain), 48));
    expect(defective(seen).label).toBe(1);
  });

  it('run, and are the same for the same seed', async () => {
    const scenario = scenarioOf({ featureSkew: skewed }, { method: { rounds: 0 }, evaluate: { rounds: [] } });
    const run = () =>
      runScenario(scenario, {
        cacheFolder: temporaryFolder(),
        dataFolder: root,
        workers: 'inline',
        results: 'off',
      });
    const [first, second] = [await run(), await run()];
    expect(first.result.journalDigest).toBe(second.result.journalDigest);
    expect(first.result.mean).toEqual(second.result.mean);
  });
});

describe('broken images', () => {
  const options = () => ({ cacheFolder: join(root, 'cache'), dataFolder: root, workers: 'inline' as const });
  const memoryAlone = { method: { rounds: 0 }, evaluate: { rounds: [] } };

  it('end a run, or are left out, named and counted', async () => {
    const image = join(root, 'one', 'train', 'good', 'a_000.png');
    const mask = join(root, 'two', 'ground_truth', 'spot', 'a_000_mask.png');
    writeFileSync(image, 'no picture');
    writeFileSync(mask, 'no mask');
    await expect(runScenario(scenarioOf({}, memoryAlone), options())).rejects.toThrow(image);
    const { result } = await runScenario(scenarioOf({ broken: 'skip' }, memoryAlone), options());
    expect(result.skippedImages).toEqual([
      { client: 'one', image: 'one/train/good/a_000.png', reason: expect.stringContaining(image) as string },
      { client: 'two', image: 'two/test/spot/a_000.png', reason: expect.stringContaining(mask) as string },
    ]);
    expect(result.clients.map(({ trainImages, testImages }) => [trainImages, testImages])).toEqual([
      [7, 8],
      [8, 7],
    ]);
  });

  it('end a run even so when a client has no others', async () => {
    for (let index = 0; index < 8; index++) {
      const name = `${index % 2 ? 'b' : 'a'}_00${index}.png`;
      writeFileSync(join(root, 'one', 'train', 'good', name), '');
    }
    await expect(runScenario(scenarioOf({ broken: 'skip' }, memoryAlone), options())).rejects.toThrow(
      /client one: all 8 training images are broken/,
    );
  });
});
