import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, imageSize } from '../../../src/model/images/decode.js';
import { flat, pixelOf, png16, raw, tiff } from './samples.js';

const size = 8;
const pixels = size * size;

/** The first pixels of an image of 8×8, which is not resized. */
async function first(bytes: Uint8Array, count: number): Promise<number[][]> {
  const image = await decodeImage(bytes, size, 'x');
  return Array.from({ length: count }, (_, at) => Array.from(image.subarray(3 * at, 3 * at + 3)));
}

const greys = (values: readonly number[]) => values.map((value) => [value, value, value]);
const filled = (values: readonly number[]) => [...values, ...Array<number>(pixels - values.length).fill(0)];
const bytesOf = (values: readonly number[]) => new Uint8Array(Uint16Array.from(values).buffer);

describe('grey', () => {
  const values = [0, 1, 127, 128, 255];
  const full = [0, 255, 256, 32767, 32768, 65535];
  const scaled = [0, 0, 1, 127, 128, 255];

  it('of 8 bits is repeated to three channels', async () => {
    const png = await raw(Uint8Array.from(filled(values)), size, size, 1)
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await sharp(png).metadata()).channels).toBe(1);
    expect(await first(png, values.length)).toEqual(greys(values));
    expect(await first(tiff([Uint8Array.from(filled(values))], size, size, { bits: 8 }), 5)).toEqual(
      greys(values),
    );
  });

  it('of 16 bits is scaled over the full range, in PNG and TIFF', async () => {
    const png = await png16(filled(full), size, size);
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    expect(await first(png, full.length)).toEqual(greys(scaled));
    expect(await first(tiff([bytesOf(filled(full))], size, size, { bits: 16 }), 6)).toEqual(greys(scaled));
  });

  it('of 16 bits keeps its scale when it is resized', async () => {
    const png = await png16(Array<number>(400).fill(32900), 20, 20);
    expect(new Set(await decodeImage(png, size, 'x'))).toEqual(new Set([128]));
  });

  it('of 1 bit is black and white', async () => {
    const rows = Uint8Array.from({ length: size }, () => 0b10100000);
    const file = tiff([rows], size, size, { bits: 1 });
    expect(await first(file, 4)).toEqual(greys([255, 0, 255, 0]));
  });
});

describe('colour', () => {
  const corner = [250, 20, 90];

  it('of a palette PNG is the palette’s', async () => {
    const png = await flat(size, size, corner).png({ palette: true }).toBuffer();
    expect((await sharp(png).metadata()).isPalette).toBe(true);
    expect(await first(png, 1)).toEqual([corner]);
  });

  it('of 16 bits is scaled by channel', async () => {
    const values = Uint16Array.from({ length: pixels * 3 }, (_, at) => [65535, 32768, 256][at % 3]);
    const png = await raw(values, size, size, 3).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    expect(await first(png, 1)).toEqual([[255, 128, 1]]);
  });

  it('of a CMYK JPEG becomes RGB', async () => {
    const jpeg = await flat(16, 16, [200, 30, 10]).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(jpeg).metadata()).space).toBe('cmyk');
    const [red, green, blue] = pixelOf(await decodeImage(jpeg, size, 'x'), size, 4, 4);
    expect(Math.abs(red - 200)).toBeLessThan(15);
    expect(Math.abs(green - 30)).toBeLessThan(15);
    expect(Math.abs(blue - 10)).toBeLessThan(15);
  });
});

describe('opacity', () => {
  it('lays the image on black', async () => {
    const half = await flat(size, size, [200, 100, 50, 128]).png().toBuffer();
    expect(await first(half, 1)).toEqual([[100, 50, 25]]);
    const none = await flat(size, size, [200, 100, 50, 0]).webp({ lossless: true, exact: true }).toBuffer();
    expect(await first(none, 1)).toEqual([[0, 0, 0]]);
  });

  it('of grey images too, also of 16 bits', async () => {
    const values = Uint16Array.from({ length: pixels * 2 }, (_, at) => [40000, at === 1 ? 65535 : 0][at % 2]);
    const png = await raw(values, size, size, 2).toColourspace('grey16').png().toBuffer();
    expect((await sharp(png).metadata()).hasAlpha).toBe(true);
    expect(await first(png, 2)).toEqual(greys([156, 0]));
  });
});

describe('EXIF orientation', () => {
  // Upright, the image is 16 wide and 8 high, and its corners differ.
  const upright = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  /** How each orientation stores the upright image: mirrored (left-right) after turning clockwise by degrees. */
  const stored: Record<number, [number, boolean]> = {
    1: [0, false],
    2: [0, true],
    3: [180, false],
    4: [180, true],
    5: [90, true],
    6: [270, false],
    7: [270, true],
    8: [90, false],
  };

  it.each(Object.keys(stored).map(Number))('%i is turned upright', async (orientation) => {
    const values = Uint8Array.from({ length: 16 * 8 * 3 }, (_, at) => {
      const pixel = Math.floor(at / 3);
      return upright[(pixel >= 64 ? 2 : 0) + (pixel % 16 >= 8 ? 1 : 0)][at % 3];
    });
    const [turn, mirrored] = stored[orientation];
    const turned = await raw(values, 16, 8, 3).rotate(turn).png().toBuffer();
    const file = await sharp(turned).flop(mirrored).withMetadata({ orientation }).png().toBuffer();
    expect((await sharp(file).metadata()).orientation).toBe(orientation);
    const seen = await decodeImage(file, size, 'x');
    const corners = [
      pixelOf(seen, size, 0, 0),
      pixelOf(seen, size, 7, 0),
      pixelOf(seen, size, 0, 7),
      pixelOf(seen, size, 7, 7),
    ];
    expect(corners).toEqual(upright);
    expect(await imageSize(file, 'x')).toEqual({ width: 16, height: 8 });
  });
});

describe('several pages or frames', () => {
  it('of a GIF: the first', async () => {
    const frames = Uint8Array.from({ length: 2 * pixels * 3 }, (_, at) => (at < pixels * 3 ? 255 : 0));
    const gif = await sharp(frames, { raw: { width: size, height: 2 * size, channels: 3, pageHeight: size } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    expect(new Set(await decodeImage(gif, size, 'x'))).toEqual(new Set([255]));
    expect(await imageSize(gif, 'x')).toEqual({ width: size, height: size });
  });

  it('of a TIFF: the first', async () => {
    const pages = [new Uint8Array(pixels).fill(200), new Uint8Array(pixels).fill(10)];
    const file = tiff(pages, size, size, { bits: 8 });
    expect((await sharp(file).metadata()).pages).toBe(2);
    expect(new Set(await decodeImage(file, size, 'x'))).toEqual(new Set([200]));
  });
});

describe('a file that is no image', () => {
  const refusal = (bytes: Uint8Array) =>
    decodeImage(bytes, size, 'a/x.png').then(
      () => expect.fail('decoded'),
      (error: Error & { code: string; hint: string }) => error,
    );

  it.each([
    ['nothing', new Uint8Array(), 'a/x.png is an empty file', 'download it again'],
    ['text', new TextEncoder().encode('not an image'), "a/x.png can't be read as an image", 'PNG, JPEG, BMP'],
  ])('holds %s', async (_, bytes, message, hint) => {
    const error = await refusal(bytes);
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it.each(['png', 'jpeg', 'webp', 'gif'] as const)('is cut off: %s', async (format) => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * at * 31) % 251);
    const whole = await raw(noise, 64, 64, 3).toFormat(format).toBuffer();
    const error = await refusal(whole.subarray(0, whole.length / 2));
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain("a/x.png can't be read as an image: ");
    expect(error.message).not.toContain('\n');
    expect(error.hint).toContain('cut off');
  });

  it('is too small', async () => {
    const error = await refusal(await flat(7, 40, [1, 2, 3]).png().toBuffer());
    expect(error.message).toBe('a/x.png is 7×40 pixels');
    expect(error.hint).toContain('at least 8 pixels');
  });

  it('has floating-point values', async () => {
    const values = new Uint8Array(new Float32Array(pixels).fill(0.5).buffer);
    const error = await refusal(tiff([values], size, size, { bits: 32, float: true }));
    expect(error.message).toContain('a/x.png has float values');
    expect(error.hint).toContain('8 or 16 bits');
  });
});
