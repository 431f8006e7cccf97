import { CommanderError } from 'commander';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { cacheCommand } from '../../../src/sim/cli/cache-command.js';
import { entryPath } from '../../../src/sim/store/cache-layout.js';
import { createPayloadStore } from '../../../src/sim/store/payload-store.js';
import { createResultStore } from '../../../src/sim/store/result-store.js';
import { cachePath, writeFeatures } from '../../../src/sim/worker/feature-cache.js';
import { blobOf, filesOf, placeEntry, setUse, useOf, temporaryFolder } from './samples.js';

let folder: string;

/** What the command prints; standard error with it. */
async function cache(...args: string[]): Promise<string> {
  let text = '';
  const take = (chunk: unknown) => {
    text += String(chunk);
    return true;
  };
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(take),
  );
  try {
    await cacheCommand().exitOverride().parseAsync(args, { from: 'user' });
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  return text;
}

const json = async (...args: string[]) => JSON.parse(await cache(...args, '--json')) as unknown;

beforeEach(() => {
  folder = temporaryFolder();
  vi.stubEnv('FEDDYMEM_CACHE', folder);
  vi.stubEnv('FEDDYMEM_CACHE_LIMIT', '5KB');
});
afterEach(() => vi.unstubAllEnvs());

describe('feddymem cache', () => {
  it('shows folder, limit and what each kind holds', async () => {
    placeEntry(folder, 'features', 1, 1500);
    placeEntry(folder, 'payloads', 2, 300);
    const text = await cache();
    expect(text).toContain(`folder  ${folder}\nlimit   5.0 kB, 1.8 kB used\n`);
    expect(text).toMatch(/^features +1 +1\.5 kB +\d+ d( \d+ h)? ago$/m);
    expect(text).toMatch(/^results +0 +0 B +–$/m);
    expect(text).not.toContain('other');
    writeFileSync(`${folder}/notes.txt`, 'mine');
    expect(await cache()).toMatch(/^other +1 +4 B/m);
  });

  it('shows the same as JSON', async () => {
    placeEntry(folder, 'payloads', 2, 300, 60);
    const use = '2020-01-01T00:01:00.000Z';
    expect(await json()).toMatchObject({
      folder,
      limitBytes: 5000,
      kinds: {
        payloads: { entries: 1, bytes: 300, oldestUse: use, newestUse: use },
        other: { entries: 0, bytes: 0, oldestUse: null },
      },
    });
  });

  it('prunes to the limit, or to --to, or one kind', async () => {
    for (let name = 0; name < 8; name++)
      placeEntry(folder, name % 2 ? 'features' : 'payloads', name, 1000, name);
    expect(await cache('prune')).toBe('deleted  3 entries, 3.0 kB\nkept     5 entries, 5.0 kB\n');
    expect(await json('prune', '--to', '4KB')).toMatchObject({ deletedEntries: 1, keptBytes: 4000 });
    expect(await json('prune', '--to', '1KB', '--kind', 'features')).toMatchObject({ deletedEntries: 1 });
    expect(filesOf(folder)).toHaveLength(3);
  });

  it('clears everything, or one kind', async () => {
    const features = placeEntry(folder, 'features', 1, 10);
    placeEntry(folder, 'payloads', 2, 10);
    expect(await cache('clear', '--kind', 'payloads')).toContain('deleted  1 entry, 10 B');
    expect(filesOf(folder)).toEqual([features]);
    await cache('clear');
    expect(filesOf(folder)).toEqual([]);
  });

  it('checks every entry, deletes the damaged ones and leaves times of use alone', async () => {
    const [key, other] = [sha256('job'), sha256('other job')];
    const blob = blobOf('payload');
    await writeFeatures(folder, key, Float32Array.of(1, 2, 3));
    await writeFeatures(folder, other, Float32Array.of(4));
    await createPayloadStore(folder).write(blob);
    await createResultStore(folder).write(key, { loss: 1 });
    const whole = filesOf(folder);
    for (const path of whole) setUse(path, 7);
    expect(await json('check')).toEqual({
      folder,
      kinds: {
        features: { checked: 2, damaged: 0, refused: 0 },
        fingerprints: { checked: 0, damaged: 0, refused: 0 },
        payloads: { checked: 1, damaged: 0, refused: 0 },
        results: { checked: 1, damaged: 0, refused: 0 },
      },
    });
    for (const path of whole) expect(useOf(path)).toBe(7);

    const flipped = cachePath(folder, key);
    for (const path of [
      flipped,
      entryPath(folder, 'payloads', blob.hash),
      entryPath(folder, 'results', key),
    ]) {
      const bytes = readFileSync(path);
      bytes[bytes.length - 3] ^= 4;
      writeFileSync(path, bytes);
    }
    const text = await cache('check', '--kind', 'features');
    expect(text).toMatch(/^features +2 +1$/m);
    expect(existsSync(flipped)).toBe(false);
    expect(await cache('check')).toMatch(/^payloads +1 +1\nresults +1 +1$/m);
    expect(filesOf(folder)).toEqual([cachePath(folder, other)]);
  });

  it.each([0, 12, 32])('takes a feature entry of %i bytes for damaged', async (bytes) => {
    placeEntry(folder, 'features', 1, bytes);
    expect(await json('check')).toMatchObject({ kinds: { features: { checked: 1, damaged: 1 } } });
  });

  it.each([
    [['prune', '--to', 'much'], '--to: "much" is not a size'],
    [['prune', '--kind', 'music'], 'features, fingerprints, payloads, results'],
    [['clean'], 'too many arguments'],
    [['clear', 'all'], 'too many arguments'],
  ])('refuses %j with a word on how to mend it, and deletes nothing', async (args, message) => {
    placeEntry(folder, 'payloads', 1, 9000);
    await expect(cache(...args)).rejects.toThrow(message);
    expect(filesOf(folder)).toHaveLength(1);
  });

  it('names a limit that is no size', async () => {
    vi.stubEnv('FEDDYMEM_CACHE_LIMIT', '10');
    for (const args of [[], ['prune']])
      await expect(cache(...args)).rejects.toThrow('FEDDYMEM_CACHE_LIMIT: "10"');
  });

  it('helps at both levels without ending the process', async () => {
    for (const args of [['--help'], ['prune', '--help']])
      await expect(cache(...args)).rejects.toBeInstanceOf(CommanderError);
  });
});
