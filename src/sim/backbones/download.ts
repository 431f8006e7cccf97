import { createHash } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FeddymemError, badInput, messageOf, runFailed } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';
import { removeFile } from '../store/write-whole.js';

export interface Download {
  readonly url: string;
  readonly sha256: ContentHash;
  /** Where the file goes, once it is whole and has this hash. */
  readonly path: string;
}

export interface DownloadOptions {
  /** @param total null where the server does not say */
  readonly onProgress?: (received: number, total: number | null) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte after which it is given up. */
  readonly patience?: number;
}

/**
 * Fetches a file. What is not whole, or not what its hash says, never gets the file's name and is deleted.
 * @throws FeddymemError: run-failed when the server does not give the file, or another one; bad-input for a folder
 * that can't be written; interrupted
 */
export async function download(file: Download, options: DownloadOptions = {}): Promise<void> {
  const { onProgress = () => undefined, signal, patience = 60_000 } = options;
  const { url, path, sha256 } = file;
  const stalled = new AbortController();
  const partial = `${path}.${process.pid}.part`;
  const timer = setTimeout(() => stalled.abort(), patience);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([stalled.signal, ...(signal ? [signal] : [])]),
    });
    if (!response.ok || !response.body) {
      throw notFetched(url, `the server answers ${response.status} ${response.statusText}`.trim());
    }
    const length = Number(response.headers.get('content-length'));
    const total = Number.isSafeInteger(length) && length > 0 ? length : null;
    const hash = createHash('sha256');
    let received = 0;
    await writing(path, () => mkdir(dirname(path), { recursive: true }));
    const output = await writing(path, () => open(partial, 'w'));
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        timer.refresh();
        hash.update(chunk);
        await writing(path, () => output.writeFile(chunk));
        onProgress((received += chunk.byteLength), total);
      }
    } finally {
      await output.close();
    }
    const found = hash.digest('hex');
    if (found !== sha256) {
      throw runFailed(
        `${url} is not the file that was published: its SHA-256 is ${found}, not ${sha256}`,
        'It was deleted. Try again, or look at what FEDDYMEM_MIRROR points to.',
      );
    }
    await writing(path, () => rename(partial, path));
  } catch (error) {
    await removeFile(partial);
    if (signal?.aborted) throw new FeddymemError('interrupted', 'interrupted');
    if (error instanceof FeddymemError) throw error;
    if (stalled.signal.aborted) throw notFetched(url, `nothing came for ${patience / 1000} s`, error);
    throw notFetched(url, reasonOf(error), error);
  } finally {
    clearTimeout(timer);
  }
}

/** Tells trouble with the disk from trouble with the network. */
async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw badInput(
      `${path} can't be written: ${messageOf(error)}`,
      'Make room, or point FEDDYMEM_CACHE to a folder that can be written.',
      error,
    );
  }
}

function notFetched(url: string, reason: string, cause?: unknown): FeddymemError {
  return runFailed(
    `${url} can't be fetched: ${reason}`,
    'Check the connection, set FEDDYMEM_MIRROR to a mirror of https://huggingface.co, or get the file by other means and name it as backbone.weights.',
    cause,
  );
}

/** fetch says only that it failed; what failed is its cause. */
function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  return messageOf(cause ?? error) || 'the connection failed';
}
