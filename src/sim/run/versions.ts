import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { env } from 'onnxruntime-node';
import sharp from 'sharp';

const require = createRequire(import.meta.url);

/** Versions of what the figures depend on, and the kind of processor. */
export function packageVersions(): Record<string, string> {
  const own = require('../../../package.json') as { version: string };
  return {
    feddymem: own.version,
    node: process.versions.node,
    'onnxruntime-node': env.versions.node ?? 'unknown',
    sharp: sharp.versions.sharp ?? 'unknown',
    libvips: sharp.versions.vips,
    cpu: cpus().at(0)?.model ?? 'unknown',
  };
}
