import { FeddymemError, messageOf } from '../../base/errors.js';
import { backboneSource } from '../run/backbone-source.js';
import type { Scenario } from '../scenario/schema.js';
import { loadBackbone } from '../worker/workbench.js';
import { loadClients } from './clients.js';
import type { ClientData, ImageRecord } from './image.js';
import { loadMask, openImage } from './load-image.js';

/** Whether a scenario can run with what is on disk. */
export interface ScenarioCheck {
  readonly scenario: string;
  readonly runs: boolean;
  readonly clients: number;
  readonly trainImages: number;
  readonly testImages: number;
  /** What stands in the way, and what to do about it. */
  readonly problem?: string;
  readonly hint?: string;
  /** Files that can't be read; only looked for when every image is opened. */
  readonly brokenImages?: readonly { readonly image: string; readonly reason: string }[];
}

/** Side to which images are decoded only to see that they can be. */
const smallestSide = 32;

/**
 * Looks for a scenario's images and weights; computes nothing.
 * @param openAll decodes every image and mask too
 * @throws what is no fault of the data
 */
export async function checkScenario(
  scenario: Scenario,
  dataFolder: string | undefined,
  openAll = false,
): Promise<ScenarioCheck> {
  const missing = { scenario: scenario.name, runs: false, clients: 0, trainImages: 0, testImages: 0 };
  try {
    const clients = await loadClients(scenario, dataFolder);
    const sum = (part: 'train' | 'test') => clients.reduce((total, client) => total + client[part].length, 0);
    const counts = { clients: clients.length, trainImages: sum('train'), testImages: sum('test') };
    await loadBackbone(backboneSource(scenario, dataFolder));
    const brokenImages = openAll ? await brokenImagesOf(clients) : undefined;
    const mayBeBroken = scenario.data.source === 'folder' && scenario.data.broken === 'skip';
    return {
      ...missing,
      ...counts,
      runs: mayBeBroken || !brokenImages || brokenImages.length === 0,
      ...(brokenImages && { brokenImages }),
    };
  } catch (error) {
    if (!(error instanceof FeddymemError) || error.code !== 'bad-input') throw error;
    return { ...missing, problem: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
}

async function brokenImagesOf(clients: readonly ClientData[]) {
  const broken: { image: string; reason: string }[] = [];
  for (const client of clients) {
    if (client.drawn) continue;
    for (const image of [...client.train, ...client.test]) {
      const reason = await problemOf(image);
      if (reason !== null) broken.push({ image: image.id, reason });
    }
  }
  return broken;
}

async function problemOf(image: ImageRecord): Promise<string | null> {
  try {
    await (await openImage(image.location)).pixels(smallestSide);
    await loadMask(image, smallestSide);
    return null;
  } catch (error) {
    if (error instanceof FeddymemError && error.code !== 'bad-input') throw error;
    return messageOf(error);
  }
}
