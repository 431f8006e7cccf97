import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import type { Backbone } from '../../../src/model/backbone/backbone.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import type { ImageRecord } from '../../../src/sim/data/image.js';
import { computeFeatures, countCached } from '../../../src/sim/worker/compute-features.js';
import { bmp } from '../../model/images/samples.js';
import { tinyTree } from '../../support/tiny-tree.js';
import { temporaryFolder } from '../../support/tiny.js';

const updated = vi.hoisted(() => ({ versions: {} as Record<string, string> }));
vi.mock(import('../../../src/sim/run/library-version.js'), async (original) => {
  const { libraryVersion } = await original();
  return { libraryVersion: (name) => updated.versions[name] ?? libraryVersion(name) };
});

const engine = createOnnxEngine();
afterAll(() => engine.dispose());
afterEach(() => {
  updated.versions = {};
});

const backbone = {
  ...{ name: 'grey', key: sha256('grey'), inputSize: 8 },
  mapShapes: [{ channels: 1, height: 8, width: 8 }],
  run: (pixels: Uint8Array) =>
    Promise.resolve([Float32Array.from({ length: 64 }, (_, at) => pixels[3 * at])]),
  busyMilliseconds: () => 0,
  dispose: () => Promise.resolve(),
} satisfies Backbone;

it('computes a BMP anew with another version of what decodes it, and no other image', async () => {
  const root = await tinyTree({ 'a.png': 'image' });
  const row = Array.from({ length: 24 }, (_, at) => 10 * at);
  const rows = Array.from({ length: 8 }, () => row);
  writeFileSync(join(root, 'b.bmp'), bmp({ width: 8, height: 8, bits: 24, rows }));
  const images = ['a.png', 'b.bmp'].map(
    (id) => ({ id, location: { kind: 'file', path: join(root, id) }, mask: { kind: 'none' } }) as ImageRecord,
  );
  const bench = { engine, backbone, ring: 0, cacheFolder: temporaryFolder() };
  const compute = () => computeFeatures(bench, { kind: 'features', images, broken: 'fail' });
  const first = await compute();
  expect(first.computed).toBe(2);
  expect(await compute()).toEqual({ ...first, computed: 0 });

  updated.versions = { 'fast-bmp': '99.0.0' };
  expect(await countCached(bench, { kind: 'cached', images })).toEqual({ cached: 1 });
  const second = await compute();
  expect(second.computed).toBe(1);
  expect(second.images[0]).toEqual(first.images[0]);
  expect(second.images[1]).not.toEqual(first.images[1]);
});
