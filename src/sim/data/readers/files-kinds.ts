import { join, posix } from 'node:path';
import { badInput } from '../../../base/errors.js';
import type { DatasetFolder } from './dataset-folder.js';
import { goodNames, type FilesSettings } from './files-settings.js';
import { isGood, labelTable } from './label-table.js';

/** Paths that the scenario's globs match; good and defective ones where it has globs for them. */
export interface Chosen {
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly good: ReadonlySet<string> | undefined;
  readonly defective: ReadonlySet<string> | undefined;
}

/**
 * `good` or the kind of defect of an image: from the table of labels, else the globs, else the name of its folder.
 * @throws FeddymemError (bad-input) on a test image about which nothing is said
 */
export type KindOf = (path: string, split: 'train' | 'test') => string;

export async function kindsOf(
  folder: DatasetFolder,
  settings: FilesSettings,
  chosen: Chosen,
): Promise<KindOf> {
  const { labels } = settings;
  if (labels) {
    const table = await labelTable(folder, labels, [...chosen.train, ...chosen.test]);
    return (path, split) => {
      const label = table(path);
      if (label !== undefined) return kindOf(label, labels.good);
      if (split === 'train') return 'good';
      throw badInput(
        `${join(folder.root, labels.file)} has no row for the test image ${path}`,
        'Its rows name images by their path from the set’s folder or by their file name.',
      );
    };
  }
  if (chosen.good ?? chosen.defective) return byGlobs(folder.root, chosen);
  return (path, split) => {
    const name = posix.basename(posix.dirname(path));
    if (split === 'train' || isGood(name, goodNames)) return 'good';
    if (name !== '.') return name;
    throw badInput(
      `nothing says whether the test image ${join(folder.root, path)} is normal`,
      'Put it into a folder named good or after its defect, or use files.labels, files.good or files.defective.',
    );
  };
}

/** A label `good` that the scenario does not count as normal is no kind of defect’s name either. */
function kindOf(label: string, good: readonly string[]): string {
  if (isGood(label, good)) return 'good';
  return label === 'good' ? 'defective' : label;
}

/** With globs for one kind alone, all others are of the other kind. */
function byGlobs(root: string, { good, defective }: Chosen): KindOf {
  return (path, split) => {
    if (split === 'train') return 'good';
    const isNormal = good ? good.has(path) : !defective!.has(path);
    const isDefective = defective ? defective.has(path) : !good!.has(path);
    if (isNormal !== isDefective) return isNormal ? 'good' : 'defective';
    throw badInput(
      `the test image ${join(root, path)} matches ${isNormal ? 'both' : 'neither'} files.good ${isNormal ? 'and' : 'nor'} files.defective`,
      'Every test image must match one of them; narrow or widen the globs.',
    );
  };
}
