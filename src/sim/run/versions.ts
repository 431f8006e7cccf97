import { cpus } from 'node:os';
import { env } from 'onnxruntime-node';
import sharp from 'sharp';
import { feddymemVersion } from './feddymem-version.js';
import { instructionsHere } from './instructions.js';
import { libraryVersion } from './library-version.js';

/** With what the engine says of itself, as a worker has opened it. */
export function engineVersions(
  name: string,
  { version, device }: { readonly version: string; readonly device: string },
): Record<string, string> {
  return { ...packageVersions(), engine: `${name}: ${version}`, device };
}

/** Libraries of plain JavaScript that jobs compute with, whatever the engine. */
const jobLibraries = ['ml-kmeans', 'ml-matrix'];

/** Of those, what a job's result depends on: wasm has the same bits on every machine. */
export function versionsOfResults(
  name: string,
  versions: Readonly<Record<string, string>>,
): Record<string, string> {
  if (name !== 'wasm') return versions;
  const portable = ['feddymem', 'engine', ...jobLibraries];
  return Object.fromEntries(portable.map((library) => [library, versions[library]]));
}

/** Versions of what the figures depend on, and the kind of processor: virtual machines call many kinds by one name. */
export function packageVersions(): Record<string, string> {
  const instructions = instructionsHere();
  return {
    feddymem: feddymemVersion(),
    node: process.versions.node,
    'onnxruntime-node': env.versions.node ?? 'unknown',
    sharp: sharp.versions.sharp ?? 'unknown',
    libvips: sharp.versions.vips,
    ...Object.fromEntries(jobLibraries.map((library) => [library, libraryVersion(library)])),
    cpu: cpus().at(0)?.model ?? 'unknown',
    system: `${process.platform} ${process.arch}`,
    ...(instructions !== null && { instructions }),
  };
}
