import { join } from 'node:path';
import type { BootstrapOptions } from '../statistics/auroc-difference.js';
import { ablationFile, writeJson, type Study } from '../study/study-file.js';
import { variantAxis } from './ablation-study.js';
import { compareVariants, type AblationRow, type VariantCells } from './compare-variants.js';
import { readCell } from './read-cell.js';

export interface AblationResult {
  /** Name of the study. */
  readonly study: string;
  readonly seeds: readonly number[];
  /** `full` first. */
  readonly rows: readonly AblationRow[];
}

/**
 * What the cells of an ablation say, variant by variant.
 * @throws FeddymemError (bad-input) when a cell's scores can't be read
 */
export async function summariseAblation(
  folder: string,
  study: Study,
  options: BootstrapOptions = {},
): Promise<AblationResult> {
  const variants: VariantCells[] = [];
  for (const { name, values } of study.axes) {
    if (name !== variantAxis) continue;
    for (const value of values) {
      const own = study.cells.filter(({ axes }) => axes[variantAxis] === value);
      const read = await Promise.all(own.map((cell) => readCell(folder, cell)));
      variants.push({
        variant: String(value),
        changes: own[0]?.changes ?? [],
        cells: read.filter((cell) => 'views' in cell),
        failed: read.filter((cell) => 'error' in cell),
      });
    }
  }
  return { study: study.name, seeds: study.seeds, rows: compareVariants(variants, options) };
}

/** @returns its path @throws FeddymemError (bad-input) when the folder can't be written */
export async function writeAblation(folder: string, result: AblationResult): Promise<string> {
  await writeJson(folder, ablationFile, result);
  return join(folder, ablationFile);
}
