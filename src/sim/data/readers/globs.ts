import { Minimatch } from 'minimatch';
import { badInput } from '../../../base/errors.js';
import type { DatasetFolder } from './dataset-folder.js';

/** One glob or several; one that starts with `!` takes out what the others match. */
export type Globs = string | readonly string[];

/** Paths of all image files under a folder, in code-unit order. */
export async function allImages(folder: DatasetFolder, path = ''): Promise<string[]> {
  const start = path === '' ? '' : `${path}/`;
  const found = (await folder.images(path)).map((name) => start + name);
  for (const name of await folder.folders(path)) found.push(...(await allImages(folder, start + name)));
  return found.sort();
}

/**
 * Those of the paths that the globs match, in their order.
 * @param field what the globs are called in the scenario, for errors
 * @throws FeddymemError (bad-input) when a glob matches nothing, or all is taken out again
 */
export function matching(
  paths: readonly string[],
  globs: Globs,
  { field, root }: { readonly field: string; readonly root: string },
): string[] {
  const all = typeof globs === 'string' ? [globs] : globs;
  const taken = new Set<string>();
  for (const glob of all.filter((each) => !each.startsWith('!'))) {
    const matcher = matcherOf(glob);
    const matched = paths.filter((path) => matcher.match(path));
    if (matched.length === 0) {
      const example = paths.length === 0 ? 'There are no images in it.' : `A path there is ${paths[0]}.`;
      throw badInput(
        `${field} "${glob}" matches no image under ${root}`,
        `${example} ** stands for any folders.`,
      );
    }
    for (const path of matched) taken.add(path);
  }
  const without = all.filter((glob) => glob.startsWith('!')).map((glob) => matcherOf(glob.slice(1)));
  const left = paths.filter((path) => taken.has(path) && !without.some((matcher) => matcher.match(path)));
  if (left.length === 0) {
    throw badInput(
      `${field} ${JSON.stringify(globs)} leaves no image under ${root}`,
      'It needs a glob without !, and one with ! that takes out fewer.',
    );
  }
  return left;
}

function matcherOf(glob: string): Minimatch {
  return new Minimatch(glob.replace(/^\.\//, ''), { nonegate: true, nocomment: true });
}
