import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeSafetensors } from '../../../src/base/safetensors.js';
import { openBackbone } from '../../../src/sim/backbones/open-backbone.js';
import { pretrained, pretrainedPath } from '../../../src/sim/backbones/pretrained.js';
import { backboneSource } from '../../../src/sim/run/backbone-source.js';
import { backboneSchema } from '../../../src/sim/scenario/backbone-schema.js';
import { loadBackbone, openWorkbench } from '../../../src/sim/worker/workbench.js';
import { onnxModel, pyramid } from '../../model/backbone/onnx-files.js';

const folder = mkdtempSync(join(tmpdir(), 'feddymem-backbone-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = { source: 'folder' } as never;
const sourceOf = (backbone: unknown, engine: 'onnx' | 'auto' | 'wasm' = 'onnx', dataFolder?: string) =>
  backboneSource({ data, engine, backbone: backboneSchema.parse(backbone) }, dataFolder, folder);

describe('backbone settings', () => {
  it.each([
    [{ name: 'resnet18', weights: 'a', layers: ['layer3', 'layer2'] }, /order of the network/],
    [{ name: 'resnet18', weights: 'a', layers: ['layer2', 'layer2'] }, /order of the network/],
    [{ name: 'resnet18', weights: 'a', layers: [] }, /layers/],
    [{ name: 'resnet18', weights: 'a', layers: ['layer5'] }, /layers/],
    [{ name: 'wide-resnet50' }, /weights/],
    [{ name: 'onnx', file: 'a.onnx' }, /outputs/],
    [{ name: 'onnx', file: 'a.onnx', outputs: ['x', 'x'] }, /each output once/],
    [{ name: 'onnx', file: 'a.onnx', outputs: ['x'], std: [1, 0, 1] }, /above 0/],
    [{ name: 'onnx', file: 'a.onnx', outputs: ['x'], mean: [1, 2] }, /mean/],
    [{ name: 'onnx', file: 'a.onnx', outputs: ['x'], range: '0-2' }, /range/],
  ])('refuse %j', (given, problem) => {
    expect(() => backboneSchema.parse(given)).toThrow(problem);
  });

  it('have defaults', () => {
    expect(backboneSchema.parse({ name: 'wide-resnet50', weights: 'pretrained' })).toEqual({
      name: 'wide-resnet50',
      weights: 'pretrained',
      layers: ['layer2', 'layer3'],
      size: 256,
      ring: 2,
    });
    const { size, range, ring } = backboneSchema.parse({ name: 'onnx', file: 'a', outputs: ['x'] }) as never;
    expect([size, range, ring]).toEqual([224, '0-1', 2]);
  });
});

describe("a scenario's backbone", () => {
  it('is found below the data folder, or where its path says', () => {
    const weights = { name: 'resnet18', weights: 'weights/a.safetensors' };
    expect(sourceOf(weights, 'onnx', '/data')).toMatchObject({
      path: '/data/weights/a.safetensors',
      size: 256,
    });
    expect(sourceOf({ ...weights, weights: '/abs/a' })).toMatchObject({ path: '/abs/a' });
    expect(() => sourceOf(weights)).toThrow(/backbone\.weights is weights\/a\.safetensors, but nobody said/);
    const file = { name: 'onnx', file: 'a.onnx', outputs: ['x'] };
    expect(sourceOf(file, 'auto', '/data')).toMatchObject({ path: '/data/a.onnx', outputs: ['x'] });
    expect(() => sourceOf(file)).toThrow(/backbone\.file is a\.onnx, but nobody said/);
  });

  it('from an ONNX file needs the onnx engine', async () => {
    const file = { name: 'onnx', file: '/a.onnx', outputs: ['x'] };
    expect(() => sourceOf(file, 'wasm', '/data')).toThrow(/onnx does not run on engine wasm/);
    const environment = {
      engine: 'wasm',
      provider: 'cpu',
      backbone: sourceOf(file),
      cacheFolder: folder,
    } as const;
    await expect(openWorkbench(environment)).rejects.toThrow(/onnx does not run on engine wasm/);
  });

  it('that nobody has fetched is told with command, size and licence', () => {
    expect(() => sourceOf({ name: 'wide-resnet50', weights: 'pretrained' })).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: expect.stringContaining('pretrained weights of wide-resnet50 are not here') as string,
        hint: 'Run feddymem backbone fetch wide-resnet50: 276 MB, licence BSD-3-Clause.',
      }),
    );
  });

  it('that was fetched is found in the cache, and refused when it is damaged', async () => {
    const path = pretrainedPath(folder, 'resnet18');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, encodeSafetensors({}));
    const source = sourceOf({ name: 'resnet18', weights: 'pretrained' });
    expect(source).toMatchObject({ path, sha256: pretrained.resnet18.sha256 });
    await expect(openBackbone(source)).rejects.toMatchObject({
      message: expect.stringMatching(/is damaged/) as string,
      hint: 'Run feddymem backbone fetch resnet18.',
    });
  });

  it('of which no file is there is named by field and path', async () => {
    await expect(openBackbone(sourceOf({ name: 'resnet18', weights: '/no/where' }))).rejects.toThrow(
      /backbone\.weights: \/no\/where can't be read/,
    );
    await expect(
      openBackbone(sourceOf({ name: 'onnx', file: '/no/a.onnx', outputs: ['x'] })),
    ).rejects.toThrow(/backbone\.file: \/no\/a\.onnx can't be read/);
  });
});

describe('an ONNX backbone on a workbench', () => {
  const path = join(folder, 'pyramid.onnx');
  writeFileSync(path, onnxModel(pyramid));
  const pyramidSource = (ring: number) =>
    sourceOf({ name: 'onnx', file: path, outputs: ['half', 'quarter'], size: 16, ring });

  it('is described alike by who only looks and who computes', async () => {
    const backbone = pyramidSource(1);
    const described = await loadBackbone(backbone);
    const bench = await openWorkbench({ engine: 'onnx', provider: 'cpu', backbone, cacheFolder: folder });
    expect(bench.backbone.key).toBe(described.key);
    expect(bench.backbone.mapShapes).toEqual(described.mapShapes);
    expect(bench.engine.busyMilliseconds()).toBeGreaterThan(0);
    await bench.engine.dispose();
  });

  it('is refused when rings leave nothing of it', async () => {
    await expect(loadBackbone(pyramidSource(4))).rejects.toMatchObject({
      message: expect.stringContaining('4 rings leave nothing of a 8×8 grid') as string,
      hint: 'Use at most 3.',
    });
  });
});
