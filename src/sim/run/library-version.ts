import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runFailed } from '../../base/errors.js';

const require = createRequire(import.meta.url);
const known = new Map<string, string>();

/**
 * The installed version of a library that computes: package.json allows a range of them.
 * @throws FeddymemError (run-failed) when it can't be found
 */
export function libraryVersion(name: string): string {
  let version = known.get(name);
  if (version === undefined) known.set(name, (version = readVersion(name)));
  return version;
}

/** From the manifest above the library's code: few libraries export their manifest. */
function readVersion(name: string): string {
  let folder = dirname(require.resolve(name));
  for (;;) {
    const version = versionAt(join(folder, 'package.json'), name);
    if (version !== null) return version;
    const above = dirname(folder);
    if (above === folder) throw runFailed(`library ${name} does not say its version`, 'Install again.');
    folder = above;
  }
}

/** Null where there is no manifest, or another one: folders of a library may have their own. */
function versionAt(path: string, name: string): string | null {
  if (!existsSync(path)) return null;
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
  return manifest.name === name ? (manifest.version ?? null) : null;
}
