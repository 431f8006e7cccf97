import fc from 'fast-check';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256, type Json } from '../../../src/base/hash.js';
import { entryPath } from '../../../src/sim/store/cache-layout.js';
import { createResultStore } from '../../../src/sim/store/result-store.js';
import { filesOf, setUse, useOf, temporaryFolder } from './samples.js';

const key = sha256('a job');
const outcome: Json = { figures: { loss: 0.25 }, local: {}, message: null };

async function storeWith(edit: (text: string) => string) {
  const folder = temporaryFolder();
  const store = createResultStore(folder);
  await store.write(key, outcome);
  const path = entryPath(folder, 'results', key);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
  return { folder, store, path };
}

describe('the result store', () => {
  it('gives back any plain data', async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.nat(), async (drawn, job) => {
        // Through JSON once: it knows no -0.
        const value = JSON.parse(JSON.stringify(drawn)) as Json;
        await createResultStore(folder).write(sha256(String(job)), value);
        expect(await createResultStore(folder).read(sha256(String(job)))).toEqual(value);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps a result under its key, as JSON', async () => {
    const { folder, path } = await storeWith((text) => text);
    expect(filesOf(folder)).toEqual([path]);
    expect(path).toBe(join(folder, 'results', key.slice(0, 2), `${key}.json`));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ value: outcome });
  });

  it('reads what stands there whole, and notes its use', async () => {
    const { store, path } = await storeWith((text) => text);
    setUse(path, 0);
    expect(await store.read(key)).toEqual(outcome);
    expect(useOf(path)).toBeGreaterThan(86_400);
  });

  it.each<[string, (text: string) => string]>([
    ['empty', () => ''],
    ['of nothing but null', () => 'null'],
    ['no JSON', () => 'a note'],
    ['edited', (text) => text.replace('0.25', '0.75')],
    ['spaced differently', (text) => text.replace(':', ': ')],
    ['added to', (text) => text.replace('{', '{"extra":1,')],
    ['without a value', (text) => text.replace(/,"value".*/, '}')],
    ['nested without end', () => '{"value":' + '['.repeat(100_000)],
  ])('treats a file that is %s as missing, until it is written anew', async (_, edit) => {
    const { store } = await storeWith(edit);
    expect(await store.read(key)).toBeNull();
    await store.write(key, outcome);
    expect(await store.read(key)).toEqual(outcome);
  });

  it('treats every half-written file as missing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (part) => {
        const { store } = await storeWith((text) => text.slice(0, Math.floor(text.length * part)));
        expect(await store.read(key)).toBeNull();
      }),
      { numRuns: 20 },
    );
  });

  it("does not take another key's result", async () => {
    const { folder, store, path } = await storeWith((text) => text);
    const other = sha256('another job');
    const place = entryPath(folder, 'results', other);
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(path, place);
    expect(await store.read(other)).toBeNull();
  });

  it('holds one whole result after many writers at once', async () => {
    const folder = temporaryFolder();
    const values = Array.from({ length: 12 }, (_, writer) => String(writer).repeat(5000 * (writer + 1)));
    await Promise.all(values.map((value) => createResultStore(folder).write(key, value)));
    expect(values).toContain(await createResultStore(folder).read(key));
    expect(filesOf(folder)).toEqual([entryPath(folder, 'results', key)]);
  });

  it('refuses numbers that JSON does not know, and writes nothing', async () => {
    const folder = temporaryFolder();
    await expect(createResultStore(folder).write(key, { loss: NaN })).rejects.toThrow(TypeError);
    expect(filesOf(folder)).toEqual([]);
  });

  it('names the folder that it cannot write, and the fix', async () => {
    const folder = join(temporaryFolder(), 'cache');
    writeFileSync(folder, 'a file in its place');
    await expect(createResultStore(folder).write(key, null)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(folder),
      hint: expect.stringContaining('FEDDYMEM_CACHE'),
    });
  });
});
