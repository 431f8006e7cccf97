import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Blob } from '../../../src/base/blob.js';
import { sha256 } from '../../../src/base/hash.js';
import { entryPath, type CacheKind } from '../../../src/sim/store/cache-layout.js';

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'feddymem-test-'));
}

export function blobOf(content: string | Uint8Array): Blob {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { hash: sha256(bytes), bytes };
}

/** A file of some length, last used so many seconds after 2020 began. */
export function place(path: string, bytes: number, usedAt = 0): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, new Uint8Array(bytes));
  setUse(path, usedAt);
  return path;
}

/** An entry of any content, named by a number. */
export function placeEntry(folder: string, kind: CacheKind, name: number, bytes: number, usedAt = 0): string {
  return place(entryPath(folder, kind, sha256(String(name))), bytes, usedAt);
}

const start = Date.UTC(2020, 0, 1) / 1000;

export function setUse(path: string, usedAt: number): void {
  utimesSync(path, start + usedAt, start + usedAt);
}

export function useOf(path: string): number {
  return statSync(path).mtimeMs / 1000 - start;
}

/** Names of all files below a folder. */
export function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
    .sort();
}

/** The number of a process that has ended. */
export function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
