import { FeddymemError } from '../../base/errors.js';
import { compareGolden, type GoldenOptions } from './compare-golden.js';
import { formatGolden, readGolden, writeGolden } from './golden-file.js';
import { goldenOf, type ComparableRun, type Golden } from './golden.js';
import { howToUpdate, renderMismatch } from './render-golden.js';
import { checkTolerances } from './tolerance.js';

/** `all`: writes every golden file anew; `new`: writes those that are missing; `none`: writes nothing. */
export type UpdateMode = 'all' | 'new' | 'none';

export interface GoldenMatch {
  readonly pass: boolean;
  readonly message: string;
  readonly wrote: 'nothing' | 'added' | 'updated';
}

/**
 * Compares a run with a golden file, or writes the file.
 * @param path absolute
 * @throws FeddymemError (bad-input) naming a golden file that can't be read or written, or an option that is wrong
 */
export async function matchGolden(
  run: ComparableRun,
  path: string,
  options: GoldenOptions,
  update: UpdateMode,
): Promise<GoldenMatch> {
  checkTolerances(options.figures ?? {});
  if (update === 'all') return writeAnew(run, path, options, await readToReplace(path));
  const golden = await readGolden(path);
  if (golden) return compare(run, path, options, golden);
  if (update === 'new') return writeAnew(run, path, options, null);
  return {
    pass: false,
    message:
      `golden file ${path} does not exist, and none is written in CI or with --update=none\n\n` +
      `Write it on your own machine and add it to version control: ${howToUpdate}`,
    wrote: 'nothing',
  };
}

function compare(run: ComparableRun, path: string, options: GoldenOptions, golden: Golden): GoldenMatch {
  const comparison = compareGolden(golden, run, options);
  const message = comparison.pass ? `the run matches ${path}` : renderMismatch(path, comparison);
  return { pass: comparison.pass, message, wrote: 'nothing' };
}

async function writeAnew(
  run: ComparableRun,
  path: string,
  { figures = {} }: GoldenOptions,
  before: Golden | 'unreadable' | null,
): Promise<GoldenMatch> {
  const known = before === 'unreadable' ? null : before;
  const golden = goldenOf(run, figures, known?.figures);
  if (known && formatGolden(known) === formatGolden(golden))
    return { pass: true, message: `${path} is up to date`, wrote: 'nothing' };
  await writeGolden(path, golden);
  return { pass: true, message: `wrote ${path}`, wrote: before ? 'updated' : 'added' };
}

/** The file's tolerances outlive it. One that can't be read has none to keep, and replacing it is the fix. */
async function readToReplace(path: string): Promise<Golden | 'unreadable' | null> {
  try {
    return await readGolden(path);
  } catch (error) {
    if (error instanceof FeddymemError) return 'unreadable';
    throw error;
  }
}
