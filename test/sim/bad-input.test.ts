import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FeddymemError } from '../../src/base/errors.js';
import { runScenario } from '../../src/sim/run/run-scenario.js';
import { parseOverride, parseScenario, withOverrides } from '../../src/sim/scenario/load.js';
import { writeImageSet, writeMask, writePicture } from '../support/image-tree.js';
import { runTiny, temporaryFolder, tiny } from '../support/tiny.js';

async function failure(run: () => unknown): Promise<FeddymemError> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(FeddymemError);
    return error as FeddymemError;
  }
  throw new Error('nothing was refused');
}

/** Refused as bad input, with all texts in its message and a hint. */
async function expectRefusal(run: () => unknown, ...texts: (string | RegExp)[]): Promise<void> {
  const error = await failure(run);
  expect(error.code).toBe('bad-input');
  for (const text of texts) expect(`${error.message}\n${error.hint}`).toMatch(text);
  expect(error.hint).toBeTruthy();
}

describe('a scenario', () => {
  it('with an unknown key names the nearest known one', async () => {
    await expectRefusal(() => tiny({ methd: {} }), 'unknown key methd; did you mean method');
    await expectRefusal(
      () => tiny({ method: { memory: { globel: 3 } } }),
      'method.memory.globel',
      'did you mean global',
    );
    await expectRefusal(() => tiny({ data: { sise: 3 } }), 'data.sise', 'did you mean size');
    await expectRefusal(() => tiny({ backbone: { rings: 3 } }), 'backbone.rings', 'did you mean ring');
  });

  it.each([
    [{ method: { rounds: -1 } }, 'method.rounds', '-1', />=0/],
    [{ method: { rounds: 1.5 } }, 'method.rounds', '1.5', /int/],
    [{ method: { rounds: 'many' } }, 'method.rounds', '"many"', /number/],
    [{ method: { calibrationShare: 1 } }, 'method.calibrationShare', '1', /<1/],
    [{ method: { name: 'fedsgd' } }, 'method.name', '"fedsgd"', /"feddymem"/],
    [{ method: { training: { loss: 'triplet' } } }, 'method.training.loss', '"triplet"', /"hypersphere"/],
    [{ engine: 'abacus' }, 'engine', '"abacus"', /"onnx"/],
    [{ clients: 0 }, 'clients', '0', />0/],
    [{ data: { minimumTrainImages: 90 } }, 'data.trainImages is 10', '90', /at least minimumTrainImages/],
    [
      { data: { minimumTrainImages: undefined, trainImages: 5 } },
      'data.trainImages is 5',
      '16',
      /at least minimumTrainImages/,
    ],
    [{ data: { skew: 2 } }, 'data.skew', '2', /<=1/],
    [{ name: 'a/b' }, 'name', '"a/b"', /letters/],
  ])(
    'with a wrong value names path, value and what is allowed: %j',
    async (changes, path, value, allowed) => {
      await expectRefusal(() => tiny(changes), path, value, allowed);
    },
  );

  it('that is no object, or has no data, says so', async () => {
    await expectRefusal(() => tiny({ data: undefined }), /data is missing/);
  });

  it('asking for more memory than there are patches', async () => {
    await expectRefusal(
      () => runTiny({ method: { memory: { local: 5000 } } }),
      'method.memory.local',
      '5000',
      'client-',
    );
  });

  it('asking for more rings than the grid has', async () => {
    await expectRefusal(() => runTiny({ backbone: { ring: 30 } }), 'backbone.ring', '30', /at most \d+/);
  });

  it('holding out a client that does not exist, or all of them', async () => {
    await expectRefusal(() => runTiny({ holdOut: ['nobody'] }), 'holdOut', 'nobody', 'client-1');
    await expectRefusal(() => runTiny({ holdOut: ['client-1', 'client-2', 'client-3'] }), 'holdOut');
  });

  it('with clients of one image, which leave none to train on', async () => {
    const data = { trainImages: 1, minimumTrainImages: 1 };
    await expectRefusal(
      () => runTiny({ data, method: { memory: { local: 5 } } }),
      /client client-\d has 1 training image/,
    );
    const { result } = await runTiny({ data, method: { calibration: 'none', memory: { local: 5 } } });
    expect(result.clients[0].trainImages).toBe(1);
  });
});

describe('a folder of images', () => {
  let root: string;
  function runFolder(data: Record<string, unknown> = {}) {
    const base = tiny();
    const partition = { by: 'file-name', pattern: '^([ab])_' };
    const folder = { source: 'folder', folder: '', sets: ['set'], partition, limits: {}, ...data };
    const scenario = { ...base, clients: undefined, data: folder };
    return runScenario(parseScenario(scenario, 'test'), {
      cacheFolder: join(root, 'cache'),
      dataFolder: root,
      workers: 'inline',
    });
  }

  beforeEach(async () => {
    root = temporaryFolder();
    await writeImageSet(join(root, 'set'));
  });

  it('runs when it is in order', async () => {
    const { result } = await runFolder();
    expect(result.clients.map(({ id, trainImages, testImages }) => [id, trainImages, testImages])).toEqual([
      ['a', 4, 4],
      ['b', 4, 4],
    ]);
    expect(result.clients[0].own!.imageAuroc).toBe(1);
    expect(result.clients[0].own!.aupro).toBeGreaterThan(0);
  });

  it('that is missing, or has no normal images', async () => {
    await expectRefusal(() => runFolder({ sets: ['other'] }), join(root, 'other'));
    rmSync(join(root, 'set', 'train', 'good'), { recursive: true });
    await expectRefusal(() => runFolder(), join('train', 'good'));
    mkdirSync(join(root, 'set', 'train', 'good'));
    await expectRefusal(() => runFolder(), /holds no images/);
  });

  it('whose names do not fit the pattern', async () => {
    await expectRefusal(
      () => runFolder({ partition: { by: 'file-name', pattern: '^(exp1)_' } }),
      'exp1',
      'a_000.png',
    );
    await expectRefusal(() => runFolder({ partition: { by: 'file-name', pattern: '(' } }), 'pattern');
  });

  it('with a corrupt image, or one of 1×1, names the file', async () => {
    const path = join(root, 'set', 'train', 'good', 'a_000.png');
    writeFileSync(path, 'not a picture');
    await expectRefusal(() => runFolder(), path, /can't be read as an image/);
    await writePicture(path, { side: 1 });
    await expectRefusal(() => runFolder(), path, '1×1');
  });

  it('with a mask missing or of another size names the file', async () => {
    const mask = join(root, 'set', 'ground_truth', 'spot', 'a_000_mask.png');
    await writeMask(mask, 20);
    await expectRefusal(() => runFolder(), mask, '20×20', '48×48');
    rmSync(mask);
    await expectRefusal(() => runFolder(), mask, 'missing');
  });

  it('without masks reports image metrics alone', async () => {
    rmSync(join(root, 'set', 'ground_truth'), { recursive: true });
    const { result } = await runFolder();
    expect(result.clients[0].own!.imageAuroc).toBe(1);
    expect(result.clients[0].own).not.toHaveProperty('pixelAuroc');
  });

  it('without a data folder says how to name one', async () => {
    const kept = process.env.FEDDYMEM_DATA;
    delete process.env.FEDDYMEM_DATA;
    try {
      const scenario = parseScenario({ name: 'sets', data: { source: 'folder', sets: ['set'] } }, 'test');
      await expectRefusal(
        () => runScenario(scenario, { cacheFolder: root, workers: 'inline' }),
        'FEDDYMEM_DATA',
      );
    } finally {
      if (kept !== undefined) process.env.FEDDYMEM_DATA = kept;
    }
  });
});

describe('faults, schedules and fleets', () => {
  const memory = { local: 8, upload: 4, global: 10, minimumPatches: 1 };
  const data = { source: 'features', channels: 8, grid: 3 };
  const drawn = { name: 'drawn', clients: 4, data, method: { dimensions: 8, patches: 60, memory } };
  it.each([
    ['faults.plan=[{kind: lose, client: client-9, step: train}]', 'client-9, which does not exist'],
    ['faults.plan=[{kind: lose, client: client-1, step: trian}]', 'step trian, which does not exist'],
    ['faults.plan=[{kind: loose, client: client-1}]', 'faults.plan.0'],
    ['schedule.cohort=2.5', 'schedule.cohort'],
    ['schedule.deadlin=3', 'did you mean deadline'],
    ['fleet.groups=[{preset: fone}]', 'fleet.groups.0.preset'],
    ['fleet.clients.client-8.preset=phone', 'client-8'],
    ['fleet.groups=[{availability: {kind: trace, file: nowhere.csv}}]', 'nowhere.csv'],
    ['method.robust=strong', 'method.robust'],
    ['fleet.groups=[{dropuot: 1}]', 'did you mean dropout'],
    ['fleet.clients.client-1.prest=phone', 'did you mean preset'],
    ['fleet.groups=[{device: {memoryGB: 0.000001}}]', 'its device has 1 MB of memory'],
  ])('that are wrong are refused: %s', async (change, message) => {
    const run = () =>
      runScenario(parseScenario(withOverrides(drawn, [parseOverride(change)]), 'drawn'), {
        ...{ cacheFolder: temporaryFolder(), workers: 'inline' },
      });
    await expectRefusal(run, message);
  });
});
