import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { decodeSafetensors } from '../../base/safetensors.js';
import { scoreNewImages } from '../run/score-new-images.js';
import { readManifest } from '../output/manifest.js';
import { readResult } from '../output/read-result.js';
import { refuseChangedModules } from '../output/module-hashes.js';
import { detectorClients, detectorTensors } from '../output/memory-file.js';
import { heatMapSheet } from '../report/heat-map-sheet.js';
import { loadScenario } from '../scenario/load.js';
import { writeNamed } from '../store/write-named.js';
import { heatMapPaths, refuseOverwriting } from './heat-map-paths.js';
import { table } from './table.js';

interface ScoreFlags {
  client?: string;
  out?: string;
  data?: string;
  json?: boolean;
}

export function scoreCommand(): Command {
  return new Command('score')
    .description("Score new images with a run's memory and write their heat maps.")
    .argument('<run>', 'folder of a finished run')
    .argument('<images...>', 'image files')
    .option('--client <id>', "whose detector to use (default: the run's first)")
    .option('--out <folder>', 'where heat maps go (default: <run>/scored)')
    .option('--data <folder>', 'folder of the backbone weights (default: FEDDYMEM_DATA)')
    .option('--json', 'print scores as JSON')
    .addHelpText(
      'after',
      `
A score at the threshold or above it (best F1 on the client's own test images) is called defective.

Examples:
  $ feddymem score runs/demo-1 part-17.png
  $ feddymem score runs/tile-exposures-1 photos/*.jpg --client exp3 --out inspected`,
    )
    .action(score);
}

async function score(run: string, images: readonly string[], flags: ScoreFlags): Promise<void> {
  const maps = heatMapPaths(flags.out ?? join(run, 'scored'), images);
  await refuseOverwriting(images, maps);
  const result = await readResult(run);
  const scenario = await loadScenario(join(run, 'scenario.yaml'));
  refuseChangedModules(await readManifest(run));
  const memory = decodeSafetensors(
    await readRunFile(join(run, 'memory.safetensors')),
    join(run, 'memory.safetensors'),
  );
  const clients = detectorClients(memory);
  const client = flags.client ?? result.clients.find(({ id }) => clients.includes(id))?.id;
  if (client === undefined || !clients.includes(client)) {
    throw badInput(
      client === undefined
        ? `${run} holds no detector`
        : `--client ${client}: the run has no detector of that name`,
      clients.length > 0 ? `It has those of ${clients.join(', ')}.` : 'Run a method that scores.',
    );
  }
  const view = result.clients.find(({ id }) => id === client);
  const threshold = view?.own?.imageF1MaxThreshold ?? view?.unseen?.imageF1MaxThreshold ?? null;
  const scored = await scoreNewImages(scenario, detectorTensors(memory, client), images, flags.data);
  for (const [at, { sheet }] of scored.entries())
    await writeNamed(maps[at], await heatMapSheet([sheet]), 'Choose another folder with --out.');
  const verdict = (value: number) => (threshold === null ? '–' : value >= threshold ? 'defective' : 'normal');
  if (flags.json) {
    const rows = scored.map(({ path, score: value }, at) => ({
      image: path,
      score: value,
      verdict: verdict(value),
      heatMap: maps[at],
    }));
    process.stdout.write(JSON.stringify({ client, threshold, images: rows }, null, 2) + '\n');
    return;
  }
  const rows = scored.map(({ path, score: value }, at) => [path, value.toFixed(3), verdict(value), maps[at]]);
  process.stdout.write(
    `detector of ${client}, threshold ${threshold === null ? 'not defined' : threshold.toFixed(3)}\n` +
      `${table([['image', 'score', 'verdict', 'heat map'], ...rows])}\n`,
  );
}

async function readRunFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw badInput(`${path} can't be read: ${messageOf(error)}`, 'Give the folder of a finished run.', error);
  }
}
