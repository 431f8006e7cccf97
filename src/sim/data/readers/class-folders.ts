import type { DatasetFolder } from './dataset-folder.js';
import { requireImages, within } from './layout-root.js';
import { byPath } from './paths.js';
import type { DatasetReader, SetImage } from './reader.js';

const normal = 'NORMAL';

/**
 * A classification set with folders train/<class> and test/<class> as an anomaly-detection set: NORMAL trains, every
 * class is tested, and what else there is to train or validate on is left out.
 * @param root where the layout starts
 * @param findings the classes other than NORMAL
 * @throws FeddymemError (bad-input) naming a folder without images
 */
export async function readClassFolders(
  reader: Pick<DatasetReader, 'facts' | 'layout'>,
  folder: DatasetFolder,
  root: string,
  findings: readonly string[],
  category: string,
): Promise<readonly SetImage[]> {
  const part = async (split: SetImage['split'], name: string): Promise<readonly SetImage[]> => {
    const at = within(root, split, name);
    return (await requireImages(reader, folder, at)).map((image) => ({
      path: within(at, image),
      split,
      label: name === normal ? 0 : 1,
      category,
      kind: name === normal ? 'good' : name.toLowerCase(),
      mask: { kind: 'none' },
    }));
  };
  const images = [...(await part('train', normal))];
  for (const name of [normal, ...findings]) images.push(...(await part('test', name)));
  return images.sort(byPath);
}

/** Whether train/NORMAL is there, and any of these findings to train or test on. */
export async function hasClassFolders(
  folder: DatasetFolder,
  root: string,
  findings: readonly string[],
): Promise<boolean> {
  const train = await folder.folders(within(root, 'train'));
  if (!train.includes(normal)) return false;
  const classes = [...train, ...(await folder.folders(within(root, 'test')))];
  return findings.some((name) => classes.includes(name));
}
