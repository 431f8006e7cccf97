import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Candidate } from './candidates.js';
import type { checkProduct } from './check-product.js';

/** What a candidate showed, or one line about why it showed nothing. */
export type Findings =
  | {
      readonly version: string;
      readonly device: string;
      readonly product: Awaited<ReturnType<typeof checkProduct>>;
    }
  | { readonly problem: string };
export type Probe = (candidate: Candidate) => Promise<Findings>;

const require = createRequire(import.meta.url);

/** A candidate's version as its package says, or null; imports nothing. */
export function installedVersion({ packageName, needs }: Candidate): string | null {
  try {
    const description = require.resolve(`${packageName}/package.json`);
    const file = needs?.(`${process.platform}/${process.arch}`);
    if (file !== undefined && !existsSync(join(dirname(description), file))) return null;
    return (require(description) as { version: string }).version;
  } catch {
    return null;
  }
}

/** Tries a candidate in a process of its own: native libraries may crash where a driver is broken. */
export const probeInProcess: Probe = ({ engine, provider }) =>
  new Promise((resolve) => {
    execFile(process.execPath, [probeFile(), engine, provider ?? ''], (error, stdout, stderr) => {
      resolve(findingsOf(stdout, stderr, error));
    });
  });

/**
 * What a probe printed: findings, as the last line of its output.
 * Findings count even if the process crashed afterwards, in a library's cleaning up.
 */
export function findingsOf(
  stdout: string,
  stderr: string,
  error: { readonly code?: unknown; readonly signal?: unknown } | null,
): Findings {
  const line = stdout.trim().split('\n').at(-1)!;
  if (line.startsWith('{')) return JSON.parse(line) as Findings;
  const end = error?.signal ? `crashes (${String(error.signal)})` : `ends with ${String(error?.code ?? 0)}`;
  const said = stderr.trim().split('\n')[0].slice(0, 200);
  return { problem: said ? `${end}: ${said}` : end };
}

/** Processes load compiled files: under a test runner this file is TypeScript and the build lies beside src. */
function probeFile(): string {
  const here = import.meta.url;
  const file = here.endsWith('.ts') ? '../../../dist/model/engine/probe-main.js' : './probe-main.js';
  return fileURLToPath(new URL(file, here));
}
