import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../base/errors.js';
import { sha256 } from '../../base/hash.js';
import type { GeneratorName } from '../../model/generator/generator.js';
import { addOwnGenerator, isGeneratorLoaded } from '../../model/generator/own-generator.js';
import type { MetricLossName } from '../../model/loss/metric-loss.js';
import { addOwnLoss, isLossLoaded } from '../../model/loss/own-loss.js';
import { addOwnMethod, isMethodLoaded, type MethodChoice } from '../../model/methods/own-method.js';
import type { MethodName } from '../../model/methods/registry.js';
import {
  isPinned,
  ownPartError,
  pinned,
  unpinned,
  type ModulePath,
  type OwnPart,
  type PinnedModule,
} from '../../model/own-part.js';

/** A loss and a generator as a scenario names them: those that come along, or modules by path. */
export interface NamedParts {
  readonly loss: Exclude<MetricLossName, PinnedModule> | ModulePath;
  readonly generator: Exclude<GeneratorName, PinnedModule> | ModulePath;
}
export interface PinnedParts {
  readonly loss: MetricLossName;
  readonly generator: GeneratorName;
}

/**
 * Names modules by path and content, and loads them into this thread.
 * @throws FeddymemError (bad-input) naming field and file when one is missing or holds no such part
 */
export async function pinParts<T extends NamedParts>(
  parts: T,
): Promise<Omit<T, keyof NamedParts> & PinnedParts> {
  const loss = isPath(parts.loss) ? await pinModule('loss', parts.loss) : parts.loss;
  const generator = isPath(parts.generator) ? await pinModule('generator', parts.generator) : parts.generator;
  await loadParts({ loss, generator });
  return { ...parts, loss, generator };
}

/** Loads the modules that a job names, unless this thread has them. */
export async function loadParts({ loss, generator }: Partial<PinnedParts>): Promise<void> {
  if (loss && isPinned(loss) && !isLossLoaded(loss)) addOwnLoss(loss, await exportOf('loss', loss));
  if (generator && isPinned(generator) && !isGeneratorLoaded(generator))
    addOwnGenerator(generator, await exportOf('generator', generator));
}

/** The same for a method. */
export async function pinMethod(name: MethodName | ModulePath): Promise<MethodChoice> {
  const choice = isPath(name) ? await pinModule('method', name) : name;
  await loadMethod(choice);
  return choice;
}

/** Loads the module that a job names as its method, unless this thread has it. */
export async function loadMethod(choice: MethodChoice): Promise<void> {
  if (isPinned(choice) && !isMethodLoaded(choice)) addOwnMethod(choice, await exportOf('method', choice));
}

function isPath<N extends string>(name: N | ModulePath): name is ModulePath {
  return /^\.{0,2}\//.test(name);
}

async function pinModule(part: OwnPart, path: ModulePath): Promise<PinnedModule> {
  return pinned(path, sha256(await read(part, path)));
}

async function read(part: OwnPart, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const hint = "Give the module's path: in a file, from the file's folder; in --set, from the working one.";
    throw ownPartError(part, path, `can't be read: ${messageOf(error)}`, hint, error);
  }
}

async function exportOf(part: OwnPart, name: PinnedModule): Promise<unknown> {
  const { path, hash } = unpinned(name);
  if (sha256(await read(part, path)) !== hash)
    throw ownPartError(part, path, 'was changed during the run', 'Start again.');
  // Node keeps a module by its URL: an edited one needs another.
  const url = `${pathToFileURL(path).href}?${hash}`;
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(/* @vite-ignore */ url)) as typeof exported;
  } catch (error) {
    const hint =
      'It must be an ECMAScript module that Node can import: in plain JavaScript, best named .mjs.';
    throw ownPartError(part, path, `can't be loaded: ${messageOf(error)}`, hint, error);
  }
  return exported[part];
}
