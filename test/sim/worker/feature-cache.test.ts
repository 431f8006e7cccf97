import { expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { cachePath, readFeatures, writeFeatures } from '../../../src/sim/worker/feature-cache.js';
import { setUse, temporaryFolder, useOf } from '../store/samples.js';

it('sets the time of use of an entry that it reads, once for reads that follow soon', async () => {
  const folder = temporaryFolder();
  const key = sha256('image');
  await writeFeatures(folder, key, Float32Array.of(1, 2));
  const path = cachePath(folder, key);
  setUse(path, 0);
  expect(readFeatures(folder, key, 2)).toEqual(Float32Array.of(1, 2));
  expect(useOf(path)).toBeGreaterThan(0);
  setUse(path, 0);
  readFeatures(folder, key, 2);
  expect(useOf(path)).toBe(0);
});
