import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Blob } from '../../../src/base/blob.js';
import { sha256 } from '../../../src/base/hash.js';
import { createBlobStore } from '../../../src/sim/run/blob-store.js';
import { createPayloadStore, type PayloadStore } from '../../../src/sim/store/payload-store.js';
import { blobOf, filesOf, temporaryFolder } from '../store/samples.js';

const blob = blobOf('content');
const reference = { hash: blob.hash, bytes: 7 };

/** Of that many bytes, none of which anybody looks at. */
const large = (name: string, byteLength: number): Blob => ({
  hash: sha256(name),
  bytes: { byteLength } as Uint8Array,
});
const half = 600 * 1024 ** 2;

describe('createBlobStore, in memory', () => {
  it('gives back what was put, by its reference', async () => {
    const store = createBlobStore();
    expect(store.put(blob)).toEqual(reference);
    expect(store.get(reference)).toBe(blob.bytes);
    expect(await store.find(reference)).toBe(blob.bytes);
  });

  it('throws on what is not there, and finds nothing', async () => {
    const store = createBlobStore();
    expect(() => store.get(reference)).toThrow(`blob ${blob.hash} is gone`);
    expect(await store.find(reference)).toBeNull();
  });

  it('lets large blobs go, the longest unused first, and keeps small ones', async () => {
    const store = createBlobStore();
    store.put(blob);
    const [first, second, third] = ['1', '2', '3'].map((name) => large(name, half));
    const references = [first, second].map((each) => store.put(each));
    expect(await store.find(references[0])).toBeNull();
    expect(await store.find(references[1])).toBe(second.bytes);
    store.put(third);
    expect(await store.find(references[1])).toBeNull();
    expect(store.get(reference)).toBe(blob.bytes);
  });

  it('keeps a large blob that has been used since', async () => {
    const store = createBlobStore();
    const third = 400 * 1024 ** 2;
    const references = ['1', '2'].map((name) => store.put(large(name, third)));
    await store.find(references[0]);
    store.put(large('3', third));
    expect(await store.find(references[0])).not.toBeNull();
    expect(await store.find(references[1])).toBeNull();
  });

  it('keeps a blob that is larger than all it may keep, as long as it is the last', async () => {
    const store = createBlobStore();
    const huge = store.put(large('huge', 3 * half));
    expect(await store.find(huge)).not.toBeNull();
    store.put(large('next', half));
    expect(await store.find(huge)).toBeNull();
  });
});

describe('createBlobStore, over a disk', () => {
  it('leaves blobs for the next run', async () => {
    const folder = temporaryFolder();
    const store = createBlobStore(createPayloadStore(folder));
    store.put(blob);
    await store.flush();
    const next = createBlobStore(createPayloadStore(folder));
    expect(await next.find(reference)).toEqual(blob.bytes);
    expect(next.get(reference)).toEqual(blob.bytes);
    // Who can't wait need not find it first.
    expect(createBlobStore(createPayloadStore(folder)).get(reference)).toEqual(blob.bytes);
    expect(filesOf(folder)).toHaveLength(1);
  });

  it('writes a blob once', async () => {
    const written: string[] = [];
    const disk = {
      write: ({ hash }: Blob) => Promise.resolve(void written.push(hash)),
      keeps: () => true,
    } as unknown as PayloadStore;
    const store = createBlobStore(disk);
    store.put(blob);
    store.put({ ...blob });
    await store.flush();
    expect(written).toEqual([blob.hash]);
  });

  it('tells at the end that it could not write', async () => {
    const write = () => Promise.reject(new Error('the disk is full'));
    const store = createBlobStore({ write } as unknown as PayloadStore);
    store.put(blob);
    await expect(store.flush()).rejects.toThrow('the disk is full');
    expect(store.get(reference)).toBe(blob.bytes);
  });

  it('lets what rests leave memory, and has it again', async () => {
    const folder = temporaryFolder();
    const limits = { large: 1 << 20, smallBudget: 1 << 20, largeBudget: 1 << 20, rest: 0 };
    const store = createBlobStore(createPayloadStore(folder), limits);
    store.put(blob);
    store.endStep();
    expect(store.get(reference)).toBe(blob.bytes);
    await store.flush();
    store.endStep();
    const again = store.get(reference);
    expect(again).not.toBe(blob.bytes);
    expect(again).toEqual(blob.bytes);
  });

  it('says what happened where memory and disk have lost it', async () => {
    const folder = temporaryFolder();
    const store = createBlobStore(createPayloadStore(folder), {
      ...{ large: 1 << 20, smallBudget: 0, largeBudget: 0, rest: 0 },
    });
    store.put(blob);
    await store.flush();
    store.endStep();
    for (const path of filesOf(folder)) writeFileSync(path, 'mess');
    expect(() => store.get(reference)).toThrow(`blob ${blob.hash} is gone`);
  });

  it('knows what the disk keeps', () => {
    const store = createBlobStore(createPayloadStore(temporaryFolder(), { maximumBytes: 10 }));
    expect([store.keeps(reference), store.keeps({ ...reference, bytes: 11 })]).toEqual([true, false]);
    expect(createBlobStore().keeps(reference)).toBe(false);
  });
});
