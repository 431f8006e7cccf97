import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeBmp } from '../../../src/model/images/bmp.js';
import { decodeImage, decodeMask, imageSize } from '../../../src/model/images/decode.js';
import { bmp, pixelOf, type BmpParts } from './samples.js';

// 2 pixels wide, 2 high; above red and green, below blue and (10, 20, 30). Bytes are blue, green, red.
const upper24 = [0, 0, 255, 0, 255, 0, 0, 0];
const lower24 = [255, 0, 0, 30, 20, 10, 0, 0];
const colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30];
const bottomUp: BmpParts = { width: 2, height: 2, bits: 24, rows: [lower24, upper24] };
const usualMasks = [0xff0000, 0xff00, 0xff];

function decoded(parts: BmpParts): number[] {
  const { data, width, height } = decodeBmp(bmp(parts), 'x.bmp');
  expect([width, height]).toEqual([parts.width, Math.abs(parts.height)]);
  return Array.from(data);
}

describe('decodeBmp', () => {
  it('reads 24 bits, bottom-up and top-down', () => {
    expect(decoded(bottomUp)).toEqual(colours);
    expect(decoded({ ...bottomUp, height: -2, rows: [upper24, lower24] })).toEqual(colours);
  });

  it('reads 32 bits: a fourth byte is opacity only where the header says so', () => {
    const rows = [
      [255, 0, 0, 0, 30, 20, 10, 0],
      [0, 0, 255, 0, 0, 255, 0, 7],
    ];
    const parts: BmpParts = { width: 2, height: 2, bits: 32, rows };
    expect(decoded(parts)).toEqual(colours);
    expect(decoded({ ...parts, compression: 3, masks: [...usualMasks, 0] })).toEqual(colours);
    expect(decoded({ ...parts, compression: 3, masks: [...usualMasks, 0xff000000] })).toEqual([
      255, 0, 0, 0, 0, 255, 0, 7, 0, 0, 255, 0, 10, 20, 30, 0,
    ]);
  });

  it('reads 8 bits through their palette, and as grey without one', () => {
    const parts: BmpParts = {
      width: 3,
      height: 2,
      bits: 8,
      rows: [
        [0, 1, 2, 0],
        [2, 2, 0, 0],
      ],
    };
    const palette = [
      [3, 2, 1, 0],
      [6, 5, 4, 0],
      [9, 8, 7, 0],
    ];
    const [first, second, third] = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    expect(decoded({ ...parts, palette })).toEqual([third, third, first, first, second, third].flat());
    expect(decoded(parts)).toEqual([2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
  });

  it('reads 1 bit through its palette, also where white comes first', () => {
    const black = [0, 0, 0, 0];
    const white = [255, 255, 255, 0];
    const width = 33;
    const row = [0b10000000, 0, 0, 1, 0b10000000, 0, 0, 0];
    const marked = (parts: BmpParts) =>
      decoded(parts).flatMap((value, at) => (at % 3 === 0 && value === 255 ? [at / 3] : []));
    const parts: BmpParts = { width, height: 1, bits: 1, rows: [row] };
    expect(marked({ ...parts, palette: [black, white] })).toEqual([0, 31, 32]);
    expect(marked({ ...parts, palette: [white, black] })).toHaveLength(30);
    expect(marked(parts)).toEqual([0, 31, 32]);
  });

  it.each([
    ['4 bits', { bits: 4, rows: [[0x12, 0, 0, 0]] }, /x\.bmp is a BMP with 4 bits per pixel/],
    ['16 bits', { bits: 16, rows: [[0, 0, 0, 0]] }, /16 bits per pixel/],
    ['run lengths', { bits: 8, compression: 1 }, /x\.bmp is a compressed BMP \(method 1\)/],
    [
      'other channel orders',
      { bits: 32, compression: 3, masks: [0xff, 0xff00, 0xff0000, 0] },
      /order blue, green, red/,
    ],
    ['no pixels', { width: 0 }, /of 0×2 pixels/],
    ['missing rows', { rows: [lower24] }, /x\.bmp is a BMP that ends too early/],
  ] as [string, Partial<BmpParts>, RegExp][])('refuses %s', (_, parts, message) => {
    expect(() => decodeBmp(bmp({ ...bottomUp, ...parts }), 'x.bmp')).toThrow(message);
  });

  it('refuses OS/2 headers and files cut within the header', () => {
    const file = bmp(bottomUp);
    expect(() => decodeBmp(file.subarray(0, 30), 'x.bmp')).toThrow(/ends too early/);
    new DataView(file.buffer).setUint32(14, 12, true);
    expect(() => decodeBmp(file, 'x.bmp')).toThrow(/OS\/2/);
  });

  it('forgives a missing padding of the last row', () => {
    expect(Array.from(decodeBmp(bmp(bottomUp).subarray(0, -2), 'x.bmp').data)).toEqual(colours);
  });
});

describe('a BMP file', () => {
  const width = 10;
  const height = 12;
  const values = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 37) % 256);
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Array.from({ length: width }, (__, x) =>
      [2, 1, 0].map((c) => values[3 * ((height - 1 - y) * width + x) + c]),
    );
    return [...row.flat(), 0, 0];
  });
  const file = bmp({ width, height, bits: 24, rows });

  it('is decoded as a PNG of the same pixels', async () => {
    const png = await sharp(values, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    expect(await decodeImage(file, 16, 'x.bmp')).toEqual(await decodeImage(png, 16, 'x.png'));
    expect(await decodeMask(file, 'x.bmp')).toEqual(await decodeMask(png, 'x.png'));
    expect(await imageSize(file, 'x.bmp')).toEqual({ width, height });
  });

  it('lies on black where it is transparent', async () => {
    const row = Array.from({ length: 8 }, () => [200, 100, 50, 0]).flat();
    const masks = [...usualMasks, 0xff000000];
    const parts = {
      width: 8,
      height: 8,
      bits: 32,
      compression: 3,
      masks,
      rows: Array<number[]>(8).fill(row),
    };
    expect(pixelOf(await decodeImage(bmp(parts), 8, 'x.bmp'), 8, 3, 3)).toEqual([0, 0, 0]);
  });
});
