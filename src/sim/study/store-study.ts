import { messageOf } from '../../base/errors.js';

/** Puts a study's figures into its database, where DuckDB runs. @returns its path, or why there is none */
export async function storeStudy(
  folder: string,
): Promise<{ readonly path: string } | { readonly reason: string }> {
  try {
    const { buildStore } = await import('./store/index.js');
    return { path: await buildStore(folder) };
  } catch (error) {
    // The cells' folders hold all that is in it.
    return { reason: messageOf(error) };
  }
}
