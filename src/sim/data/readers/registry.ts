import { badInput } from '../../../base/errors.js';
import { br35h } from './br35h.js';
import { bratsSlices } from './brats-slices.js';
import { btad } from './btad.js';
import { chestXRay } from './chest-x-ray.js';
import { dagm2007 } from './dagm2007.js';
import type { DatasetFolder } from './dataset-folder.js';
import { headCt } from './head-ct.js';
import { kolektorSdd2 } from './kolektor-sdd2.js';
import { magneticTile } from './magnetic-tile.js';
import { mvtec3d } from './mvtec-3d.js';
import { dtdSynthetic, mpdd, mvtec, mvtecAd } from './mvtec-family.js';
import { mvtecLoco } from './mvtec-loco.js';
import { oct2017 } from './oct2017.js';
import type { DatasetReader } from './reader.js';
import { visa } from './visa.js';

/** All layouts, in the order in which a folder is compared with them: the one that anybody may use comes last. */
export const datasetReaders: readonly DatasetReader[] = [
  ...[visa, btad, kolektorSdd2, magneticTile, dagm2007],
  ...[headCt, br35h, bratsSlices, chestXRay, oct2017],
  ...[mvtecLoco, mvtec3d, mvtecAd, mpdd, dtdSynthetic],
  mvtec,
];

/** Their names, for `layout:` of a scenario. */
export const layoutNames: readonly string[] = datasetReaders.map(({ name }) => name);

/** @throws FeddymemError (bad-input) on a name that no reader has */
export function readerNamed(name: string): DatasetReader {
  const reader = datasetReaders.find((each) => each.name === name);
  if (reader) return reader;
  throw badInput(`there is no layout ${name}`, `The layouts are ${layoutNames.join(', ')}.`);
}

/** The first reader that recognises the folder. */
export async function readerOf(folder: DatasetFolder): Promise<DatasetReader | undefined> {
  for (const reader of datasetReaders) if (await reader.recognises(folder)) return reader;
  return undefined;
}
