import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FeddymemError } from '../../../src/base/errors.js';
import { extractMaps, patchFeatures, type Backbone } from '../../../src/model/backbone/backbone.js';
import { normaliseImage } from '../../../src/model/backbone/imagenet.js';
import { onnxBackbone, type OnnxSettings } from '../../../src/model/backbone/onnx-backbone.js';
import { externalTensor as findExternalTensor } from '../../../src/model/backbone/onnx-external-data.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import { externalTensor, float16, image, node, onnxModel, pyramid, type OnnxParts } from './onnx-files.js';

const size = 16;
const settings: OnnxSettings = { size, outputs: ['half', 'quarter'], range: '0-1' };
const engine = createOnnxEngine();
const opened: { dispose(): Promise<void> }[] = [engine];
afterAll(() => Promise.all(opened.map((one) => one.dispose())));

async function open(
  parts: OnnxParts | Uint8Array,
  changes: Partial<OnnxSettings> = {},
  beforeRun?: () => void,
) {
  const bytes = parts instanceof Uint8Array ? parts : onnxModel(parts);
  const backbone = await onnxBackbone(
    { path: 'net.onnx', bytes },
    { ...settings, ...changes },
    { beforeRun },
  );
  opened.push(backbone);
  return backbone;
}

/** The error of a model that must not open. */
async function refusal(parts: OnnxParts | Uint8Array, changes?: Partial<OnnxSettings>): Promise<string> {
  const error: unknown = await open(parts, changes).then(
    () => 'it opened',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FeddymemError);
  expect((error as FeddymemError).code).toBe('bad-input');
  return `${(error as FeddymemError).message} | ${(error as FeddymemError).hint}`;
}

const pixels = Uint8Array.from({ length: 3 * size * size }, (_, at) => (at * 31 + (at >> 4) * 7) % 256);

/** What the pyramid computes, written for our engines. */
const defined: Backbone = {
  name: 'pyramid',
  key: 'pyramid',
  inputSize: size,
  mapShapes: [
    { channels: 3, height: 8, width: 8 },
    { channels: 3, height: 4, width: 4 },
  ],
  maps(ops, planes) {
    const half = ops.averagePool(normaliseImage(ops, planes), 2, 2, 0);
    return [half, ops.averagePool(half, 2, 2, 0)];
  },
};

describe('a network from an ONNX file', () => {
  it('gives the maps that a definition of our own gives, smoothed and joined alike', async () => {
    const foreign = await open(pyramid);
    expect(foreign.mapShapes).toEqual(defined.mapShapes);
    const maps = await extractMaps(engine, foreign, pixels);
    const expected = await extractMaps(engine, defined, pixels);
    expect(maps).toHaveLength(expected.length);
    maps.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 4));
    const rows = await patchFeatures(engine, foreign, maps, 1);
    expect([rows.rows, rows.columns]).toEqual([36, 6]);
  });

  it('gives maps in the order in which they are asked for', async () => {
    const foreign = await open(pyramid, { outputs: ['quarter', 'half'] });
    expect(foreign.mapShapes).toEqual([...defined.mapShapes].reverse());
    const [quarter, half] = await foreign.run(pixels);
    const [first, second] = await (await open(pyramid)).run(pixels);
    expect([quarter, half]).toEqual([second, first]);
  });

  it.each([
    [{ range: '0-1', mean: [0, 0, 0], std: [1, 1, 1] }, (value: number) => value / 255],
    [{ range: '0-255', mean: [0, 0, 0], std: [1, 1, 1] }, (value: number) => value],
    [
      { range: '0-255', mean: [10, 20, 30], std: [2, 4, 8] },
      (value: number, c: number) => (value - 10 * (c + 1)) / 2 ** (c + 1),
    ],
    [
      { range: '0-255' },
      (value: number, c: number) => (value / 255 - [0.485, 0.456, 0.406][c]) / [0.229, 0.224, 0.225][c],
    ],
  ] as const)('gets pixels as %j says', async (changes, expected) => {
    const same: OnnxParts = { nodes: [node('Identity', ['pixels'], 'same')], outputs: [['same', null]] };
    const foreign = await open(same, { outputs: ['same'], ...changes });
    const [planes] = await foreign.run(pixels);
    for (const [c, y, x] of [
      [0, 0, 0],
      [1, 3, 5],
      [2, 15, 14],
    ]) {
      expect(planes[(c * size + y) * size + x]).toBeCloseTo(expected(pixels[3 * (y * size + x) + c], c), 4);
    }
  });

  it('has another key for another file or setting, and not for another path', async () => {
    const longer = { ...pyramid, opset: 17 };
    const backbones = await Promise.all([
      open(pyramid),
      open(longer),
      open(pyramid, { size: 32 }),
      open(pyramid, { range: '0-255' }),
      open(pyramid, { mean: [0, 0, 0] }),
      open(pyramid, { std: [1, 1, 1] }),
      open(pyramid, { outputs: ['half'] }),
    ]);
    expect(new Set(backbones.map(({ key }) => key)).size).toBe(backbones.length);
    const elsewhere = await onnxBackbone({ path: 'other.onnx', bytes: onnxModel(pyramid) }, settings);
    opened.push(elsewhere);
    expect(elsewhere.key).toBe(backbones[0].key);
    expect((await open(pyramid, { input: 'pixels' })).key).toBe(backbones[0].key);
  });

  it('stops before a run when it is told to, and counts its time', async () => {
    let stop = false;
    const foreign = await open(pyramid, {}, () => {
      if (stop) throw new Error('stopped');
    });
    expect(foreign.busyMilliseconds()).toBeGreaterThan(0);
    await foreign.run(pixels);
    stop = true;
    await expect(foreign.run(pixels)).rejects.toThrow('stopped');
  });
});

describe('an ONNX file that does not fit', () => {
  it.each([
    ['a web page', new TextEncoder().encode('<html>not found</html>')],
    ['nothing', new Uint8Array()],
    ['zeros', new Uint8Array(100)],
    ['half a model', onnxModel(pyramid).slice(0, 60)],
  ])('is refused: %s', async (_, bytes) => {
    expect(await refusal(bytes)).toMatch(/net\.onnx is not an ONNX file/);
  });

  it('is answered with a typed error whatever its bytes', async () => {
    const good = onnxModel(pyramid);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Uint8Array.from(good);
        changed[at] = byte;
        const result: unknown = await open(changed).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(FeddymemError);
      }),
      { numRuns: 150 },
    );
  });

  it('is refused with the outputs that there are', async () => {
    expect(await refusal(pyramid, { outputs: ['half', 'layer9'] })).toMatch(
      /backbone\.outputs: net\.onnx has no output layer9 \| It has half, quarter\./,
    );
  });

  it('is refused with the inputs that there are', async () => {
    expect(await refusal(pyramid, { input: 'image' })).toMatch(/no input image \| It has pixels/);
    const two: OnnxParts = {
      nodes: [node('Add', ['pixels', 'noise'], 'sum')],
      inputs: [image, ['noise', [1]]],
      outputs: [['sum', null]],
    };
    expect(await refusal(two, { outputs: ['sum'] })).toMatch(/2 inputs: pixels, noise/);
  });

  it.each<[string, Partial<OnnxParts>, RegExp]>([
    [
      'another size',
      { inputs: [['pixels', [1, 3, 224, 224]]] },
      /is \[1×3×224×224\], not \[1×3×16×16\] \| Set backbone\.size to 224/,
    ],
    ['a batch', { inputs: [['pixels', [8, 3, 16, 16]]] }, /is \[8×3×16×16\].*one square image/],
    ['channels last', { inputs: [['pixels', [1, 16, 16, 3]]] }, /is \[1×16×16×3\].*channels first/],
    [
      'float16',
      {
        inputs: [['pixels', [1, 3, 16, 16], float16]],
        outputs: [
          ['half', null, float16],
          ['quarter', null, float16],
        ],
      },
      /input pixels is float16/,
    ],
  ])('is refused: for %s', async (_, changes, problem) => {
    expect(await refusal({ ...pyramid, ...changes })).toMatch(problem);
  });

  it('is refused: a vector, integers', async () => {
    const others: OnnxParts = {
      nodes: [
        node('Flatten', ['pixels'], 'vector'),
        node('Cast', ['pixels'], 'whole', [{ name: 'to', i: 7, type: 2 }]),
      ],
      outputs: [
        ['vector', null],
        ['whole', null, 7],
      ],
    };
    expect(await refusal(others, { outputs: ['vector'] })).toMatch(/output vector is float32 \[1×768\]/);
    expect(await refusal(others, { outputs: ['whole'] })).toMatch(/output whole is int64 \[1×3×16×16\]/);
  });

  it('is refused: for a size that its parts do not fit', async () => {
    const grid = { name: 'grid', dims: [1, 3, 8, 8], dataType: 1, rawData: new Uint8Array(4 * 3 * 64) };
    const fixed: OnnxParts = {
      nodes: [node('Add', ['pixels', 'grid'], 'sum')],
      outputs: [['sum', null]],
      initialisers: [grid],
    };
    expect(await refusal(fixed, { outputs: ['sum'] })).toMatch(
      /net\.onnx can't be run on an image \[1×3×16×16\].* Check backbone\.size/,
    );
    expect((await open(fixed, { outputs: ['sum'], size: 8 })).mapShapes).toHaveLength(1);
  });

  it('is refused: operations that do not exist, opsets of the future', async () => {
    const unknown: OnnxParts = { nodes: [node('Frobnicate', ['pixels'], 'half')], outputs: [['half', null]] };
    expect(await refusal(unknown)).toMatch(/can't be opened by onnxruntime.*Frobnicate/);
    expect(await refusal({ ...pyramid, opset: 99 })).toMatch(/can't be opened/);
  });

  it('is refused: with numbers in another file, in a subgraph too', async () => {
    const direct: OnnxParts = {
      nodes: [node('Add', ['pixels', 'bias'], 'half')],
      outputs: [['half', null]],
      initialisers: [externalTensor('bias')],
    };
    expect(await refusal(direct)).toMatch(/another file \(tensor bias is external data\)/);
    const inner = { name: 'inner', node: [], initializer: [externalTensor('hidden')] };
    const nested: OnnxParts = {
      nodes: [node('If', ['pixels'], 'half', [{ name: 'then_branch', g: inner, type: 5 }])],
      outputs: [['half', null]],
    };
    expect(findExternalTensor(onnxModel(nested))).toBe('hidden');
    expect(findExternalTensor(onnxModel(pyramid))).toBeNull();
  });

  it('fails the run, not the image, when its maps change their shape', async () => {
    const axes = {
      name: 'axes',
      dims: [2],
      dataType: 7,
      rawData: new Uint8Array(BigInt64Array.of(0n, 3n).buffer),
    };
    const changing: OnnxParts = {
      nodes: [
        node('NonZero', ['pixels'], 'places'),
        node('Cast', ['places'], 'numbers', [{ name: 'to', i: 1, type: 2 }]),
        node('Unsqueeze', ['numbers', 'axes'], 'map'),
      ],
      outputs: [['map', null]],
      initialisers: [axes],
    };
    const raw = { outputs: ['map'], mean: [0, 0, 0], std: [1, 1, 1] };
    const foreign = await open(changing, raw);
    const error: unknown = await foreign
      .run(new Uint8Array(3 * size * size).fill(1, 5))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'run-failed' });
    expect((error as Error).message).toMatch(/output map is \[1×4×763×1\] for one image and \[1×4×768×1\]/);
  });
});
