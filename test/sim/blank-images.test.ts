import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { it } from 'vitest';
import { runScenario } from '../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../src/sim/scenario/load.js';
import { writePicture } from '../support/image-tree.js';
import { expectRefusal } from '../support/refusal.js';
import { temporaryFolder, tinyScenario } from '../support/tiny.js';

async function writeBlank(path: string, grey: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const background = { r: grey, g: grey, b: grey };
  await sharp({ create: { width: 48, height: 48, channels: 3, background } })
    .png()
    .toFile(path);
}

/** A set whose normal images are all blank, in the given grey levels in turn. */
async function writeBlankSet(root: string, greys: readonly number[]): Promise<void> {
  for (let index = 0; index < 12; index++) {
    const folder = index < 8 ? 'train' : 'test';
    await writeBlank(join(root, folder, 'good', `${index}.png`), greys[index % greys.length]);
  }
  for (let index = 0; index < 4; index++)
    await writePicture(join(root, 'test', 'spot', `${index}.png`), { mark: true });
}

const greys = { one: [128], black: [0], white: [255], several: [3, 77, 130, 201, 14, 99, 222, 180] };

it.each([
  ['feddymem', 'one', 64],
  ['feddymem', 'black', 64],
  ['feddymem', 'white', 64],
  ['feddymem', 'several', 64],
  ['feddymem', 'several', 256],
  ['pooled', 'several', 64],
  ['local', 'several', 64],
] as const)('%s: nothing but blank images (%s, %i pixels) end the run', async (name, level, size) => {
  const root = temporaryFolder();
  await writeBlankSet(join(root, 'first'), greys[level]);
  await writeBlankSet(join(root, 'second'), greys[level]);
  const { data: _, clients: __, ...rest } = tinyScenario;
  const scenario = parseScenario(
    {
      ...rest,
      backbone: { ...rest.backbone, size },
      method: { ...rest.method, name },
      data: { source: 'folder', sets: ['first', 'second'] },
    },
    'test',
  );
  const options = { cacheFolder: temporaryFolder(), dataFolder: root, workers: 'inline' } as const;
  await expectRefusal(() => runScenario(scenario, options), 'the same in all', 'blank');
});
