import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isRunning } from '../store/is-running.js';
import { removeFile } from '../store/write-whole.js';
import { download, type DownloadOptions } from './download.js';
import { pretrained, pretrainedPath, pretrainedUrl, type PretrainedName } from './pretrained.js';

export interface FetchOutcome {
  readonly path: string;
  readonly url: string;
  /** Whether it was there already, whole. */
  readonly alreadyThere: boolean;
}

/** Puts a backbone's published weights into the cache folder, unless they are there. */
export async function fetchPretrained(
  name: PretrainedName,
  cacheFolder: string,
  options: DownloadOptions & { readonly url?: string; readonly sha256?: string } = {},
): Promise<FetchOutcome> {
  const { url = pretrainedUrl(name), sha256 = pretrained[name].sha256, ...others } = options;
  const path = pretrainedPath(cacheFolder, name);
  await removeLeftovers(path);
  const alreadyThere = (await hashOfFile(path)) === sha256;
  if (!alreadyThere) await download({ url, sha256, path }, others);
  return { path, url, alreadyThere };
}

/** SHA-256 of a file, or null when it can't be read. */
export async function hashOfFile(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return null;
  }
  return hash.digest('hex');
}

/** Deletes what processes that were killed had fetched so far. */
async function removeLeftovers(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const writer = /\.(\d+)\.part$/.exec(name)?.[1];
    if (writer !== undefined && !isRunning(Number(writer))) await removeFile(join(dirname(path), name));
  }
}
