import fc from 'fast-check';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { entryPath } from '../../../src/sim/store/cache-layout.js';
import { createPayloadStore } from '../../../src/sim/store/payload-store.js';
import { blobOf, filesOf, setUse, useOf, temporaryFolder } from './samples.js';

const blob = blobOf('a memory bank');
const reference = { hash: blob.hash, bytes: blob.bytes.byteLength };

async function storeWith(content: Uint8Array | string = blob.bytes) {
  const folder = temporaryFolder();
  const store = createPayloadStore(folder);
  await store.write(blob);
  const path = entryPath(folder, 'payloads', blob.hash);
  writeFileSync(path, content);
  return { folder, store, path };
}

describe('the payload store', () => {
  it('gives back any blob, in shared memory', async () => {
    const folder = temporaryFolder();
    const store = createPayloadStore(folder);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const { hash } = blobOf(bytes);
        await store.write({ hash, bytes });
        expect(await store.has(hash)).toBe(true);
        const read = await createPayloadStore(folder).read({ hash, bytes: bytes.byteLength });
        expect(read?.buffer).toBeInstanceOf(SharedArrayBuffer);
        expect([...read!]).toEqual([...bytes]);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps a blob under its hash and nothing else', async () => {
    const { folder, path } = await storeWith();
    expect(filesOf(folder)).toEqual([path]);
    expect(path).toBe(join(folder, 'payloads', blob.hash.slice(0, 2), blob.hash));
  });

  it('has nothing that was not written', async () => {
    const store = createPayloadStore(join(temporaryFolder(), 'not', 'there'));
    expect(await store.has(blob.hash)).toBe(false);
    expect(await store.read(reference)).toBeNull();
  });

  it.each([
    ['truncated', blob.bytes.subarray(0, -1)],
    ['longer', new Uint8Array([...blob.bytes, 0])],
    ['empty', ''],
    ['foreign, of the same length', 'another bank!'],
  ])('deletes a file that is %s, and writes it anew', async (_, content) => {
    const { folder, store } = await storeWith(content);
    expect(await store.read(reference)).toBeNull();
    expect(filesOf(folder)).toEqual([]);
    await store.write(blob);
    expect(await store.read(reference)).not.toBeNull();
  });

  it('detects every flipped bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * blob.bytes.byteLength - 1), async (bit) => {
        const flipped = blob.bytes.slice();
        flipped[bit >> 3] ^= 1 << (bit & 7);
        const { folder, store } = await storeWith(flipped);
        expect(await store.read(reference)).toBeNull();
        expect(filesOf(folder)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it.each(['another bank!', 'short'])('writes anew what is damaged: %s', async (content) => {
    const { store, path } = await storeWith(content);
    await store.write(blob);
    expect(readFileSync(path, 'utf8')).toBe('a memory bank');
  });

  it.each([
    ['whole', 'a memory bank', true],
    ['of another length', 'short', false],
    ['foreign', 'another bank!', false],
  ])('reads at once what is whole, and deletes what is not: %s', async (_, content, isWhole) => {
    const { folder, store, path } = await storeWith(content);
    expect(store.readNow(reference) !== null).toBe(isWhole);
    expect(filesOf(folder)).toEqual(isWhole ? [path] : []);
    expect(createPayloadStore(join(folder, 'nowhere')).readNow(reference)).toBeNull();
  });

  it('notes the use of what is read or written again', async () => {
    const { store, path } = await storeWith();
    for (const use of [() => store.read(reference), () => store.write(blob)]) {
      setUse(path, 0);
      await use();
      expect(useOf(path)).toBeGreaterThan(86_400);
    }
    setUse(path, 0);
    await store.has(blob.hash);
    expect(useOf(path)).toBe(0);
  });

  it('does not keep blobs above the maximum', async () => {
    const folder = temporaryFolder();
    const maximumBytes = blob.bytes.byteLength;
    await createPayloadStore(folder, { maximumBytes: maximumBytes - 1 }).write(blob);
    expect(filesOf(folder)).toEqual([]);
    await createPayloadStore(folder, { maximumBytes }).write(blob);
    expect(filesOf(folder)).toHaveLength(1);
  });

  it('takes one blob from many writers at once', async () => {
    const folder = temporaryFolder();
    const large = blobOf(new Uint8Array(300_000).fill(7));
    await Promise.all(Array.from({ length: 12 }, () => createPayloadStore(folder).write(large)));
    expect(filesOf(folder)).toEqual([entryPath(folder, 'payloads', large.hash)]);
    const read = await createPayloadStore(folder).read({ hash: large.hash, bytes: 300_000 });
    expect(sha256(read!)).toBe(large.hash);
  });

  it('names the folder that it cannot write, and the fix', async () => {
    const folder = join(temporaryFolder(), 'cache');
    writeFileSync(folder, 'a file in its place');
    await expect(createPayloadStore(folder).write(blob)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(folder),
      hint: expect.stringContaining('FEDDYMEM_CACHE'),
    });
  });

  it('leaves no half-written file behind when a write fails', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(entryPath(folder, 'payloads', blob.hash), 'in its place'), { recursive: true });
    await expect(createPayloadStore(folder).write(blob)).rejects.toThrow(folder);
    expect(filesOf(folder)).toEqual([]);
  });

  it('takes no name that leads out of its folder', async () => {
    const store = createPayloadStore(temporaryFolder());
    await expect(store.read({ hash: '../../etc/passwd', bytes: 1 })).rejects.toThrow('not a content hash');
  });
});
