import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The version of this package, by its manifest. */
export function feddymemVersion(): string {
  return (require('../../../package.json') as { version: string }).version;
}
