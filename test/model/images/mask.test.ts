import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeMask, unionOfMasks, type MaskMarks } from '../../../src/model/images/decode.js';
import { png16, raw, tiff } from './samples.js';

function png8(values: readonly number[], width = values.length): Promise<Uint8Array> {
  return raw(Uint8Array.from(values), width, values.length / width, 1)
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

async function marked(bytes: Uint8Array, marks?: MaskMarks): Promise<number[]> {
  return Array.from((await decodeMask(bytes, 'm.png', marks)).mask);
}

describe('decodeMask', () => {
  it('takes what is bright by default, and any number but 0 if told so', async () => {
    const file = await png8([0, 1, 127, 128, 255]);
    expect(await marked(file)).toEqual([0, 0, 0, 1, 1]);
    expect(await marked(file, 'bright')).toEqual([0, 0, 0, 1, 1]);
    expect(await marked(file, 'nonzero')).toEqual([0, 1, 1, 1, 1]);
  });

  it('scales 16 bits to 8 before it asks for brightness, and not before it asks for 0', async () => {
    const values = [0, 1, 255, 32767, 32768, 65535];
    const stored = new Uint8Array(Uint16Array.from(values).buffer);
    for (const file of [await png16(values, 6, 1), tiff([stored], 6, 1, { bits: 16 })]) {
      expect(await marked(file)).toEqual([0, 0, 0, 0, 1, 1]);
      expect(await marked(file, 'nonzero')).toEqual([0, 1, 1, 1, 1, 1]);
    }
  });

  it('looks at every colour channel, and not at opacity', async () => {
    const values = Uint8Array.from([0, 0, 0, 255, 0, 0, 1, 0, 0, 200, 0, 255, 128, 0, 0, 255]);
    const file = await raw(values, 4, 1, 4).png().toBuffer();
    expect((await sharp(file).metadata()).hasAlpha).toBe(true);
    expect(await marked(file)).toEqual([0, 0, 1, 1]);
    expect(await marked(file, 'nonzero')).toEqual([0, 1, 1, 1]);
  });

  it('takes a palette’s colours', async () => {
    const values = Uint8Array.from([0, 0, 0, 255, 255, 255, 90, 0, 0]);
    const file = await raw(values, 3, 1, 3).png({ palette: true, dither: 0 }).toBuffer();
    expect((await sharp(file).metadata()).isPalette).toBe(true);
    expect(await marked(file)).toEqual([0, 1, 0]);
    expect(await marked(file, 'nonzero')).toEqual([0, 1, 1]);
  });

  it('takes stored values whatever the colour profile says', async () => {
    // A wider gamut stores this red as a smaller number.
    const file = await raw(Uint8Array.from([130, 0, 0]), 1, 1, 3)
      .withIccProfile('p3')
      .png()
      .toBuffer();
    expect((await sharp(file).metadata()).hasProfile).toBe(true);
    const [red] = await sharp(file, { ignoreIcc: true }).raw().toBuffer();
    expect(red).toBeLessThan(128);
    expect(await marked(file)).toEqual([0]);
    expect(await marked(file, 'nonzero')).toEqual([1]);
  });

  it('is upright, as its image is', async () => {
    const turned = await raw(Uint8Array.from([255, 0, 0]), 3, 1, 1)
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    expect(await decodeMask(turned, 'm.png')).toEqual({
      mask: Uint8Array.from([1, 0, 0]),
      width: 1,
      height: 3,
    });
    const upsideDown = await raw(Uint8Array.from([255, 0, 0]), 3, 1, 1)
      .withMetadata({ orientation: 3 })
      .png()
      .toBuffer();
    expect(await marked(upsideDown)).toEqual([0, 0, 1]);
  });

  it('keeps every number of 8 bits on its side of both thresholds', async () => {
    const bytes = fc.array(fc.nat(255), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(bytes, async (values) => {
        const file = await png8(values);
        expect(await marked(file)).toEqual(values.map((value) => Number(value > 127)));
        expect(await marked(file, 'nonzero')).toEqual(values.map((value) => Number(value !== 0)));
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['empty', new Uint8Array(), /m\.png is an empty file/],
    ['no image', Uint8Array.from([1, 2, 3, 4]), /m\.png can't be read as an image/],
  ])('names a file that is %s', async (_, bytes, message) => {
    await expect(decodeMask(bytes, 'm.png')).rejects.toThrow(message);
  });
});

describe('unionOfMasks', () => {
  it('has what any file marks', async () => {
    const files = [
      { bytes: await png8([255, 0, 0, 0, 1, 0], 3), source: 'a.png' },
      { bytes: await png8([0, 0, 200, 0, 0, 0], 3), source: 'b.png' },
    ];
    const bright = { mask: Uint8Array.from([1, 0, 1, 0, 0, 0]), width: 3, height: 2 };
    expect(await unionOfMasks(files)).toEqual(bright);
    expect((await unionOfMasks(files, 'nonzero')).mask).toEqual(Uint8Array.from([1, 0, 1, 0, 1, 0]));
    expect((await unionOfMasks([files[1]])).mask).toEqual(Uint8Array.from([0, 0, 1, 0, 0, 0]));
  });

  it('names a file of another size', async () => {
    const files = [
      { bytes: await png8([255, 0], 2), source: 'a.png' },
      { bytes: await png8([255, 0], 1), source: 'b.png' },
    ];
    await expect(unionOfMasks(files)).rejects.toThrow('mask b.png is 1×2 pixels, a.png 2×1');
  });
});
