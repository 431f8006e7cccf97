import { basename } from 'node:path';
import type { DatasetFolder } from './dataset-folder.js';

/** A product, texture or body part, and where its files start: '' or a folder with a trailing `/`. */
export interface CategoryFolder {
  readonly name: string;
  readonly start: string;
}

/**
 * The root itself as one category named after its folder, where it holds `marker`; else all its folders that do.
 * @param marker a path that every category has, such as `train/good`
 */
export async function categoriesWith(
  folder: DatasetFolder,
  marker: string,
): Promise<readonly CategoryFolder[]> {
  if (await folder.has(marker)) return [{ name: basename(folder.root), start: '' }];
  const categories: CategoryFolder[] = [];
  for (const name of await folder.folders()) {
    if (await folder.has(`${name}/${marker}`)) categories.push({ name, start: `${name}/` });
  }
  return categories;
}
