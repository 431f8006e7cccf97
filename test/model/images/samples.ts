import sharp, { type Sharp } from 'sharp';

/** An image for sharp: [height×width×channels] bytes, or 16-bit values. */
export function raw(
  values: Uint8Array | Uint16Array,
  width: number,
  height: number,
  channels: 1 | 2 | 3 | 4,
): Sharp {
  return sharp(values, { raw: { width, height, channels } });
}

/** One colour everywhere. */
export function flat(width: number, height: number, colour: readonly number[]): Sharp {
  const values = Uint8Array.from(
    { length: width * height * colour.length },
    (_, at) => colour[at % colour.length],
  );
  return raw(values, width, height, colour.length as 1 | 2 | 3 | 4);
}

/** A grey 16-bit PNG. */
export function png16(values: readonly number[], width: number, height: number): Promise<Uint8Array> {
  return raw(Uint16Array.from(values), width, height, 1).toColourspace('grey16').png().toBuffer();
}

/** [red, green, blue] of a pixel of [size×size×3] bytes. */
export function pixelOf(pixels: Uint8Array, size: number, x: number, y: number): number[] {
  return Array.from(pixels.subarray(3 * (y * size + x), 3 * (y * size + x) + 3));
}

export interface BmpParts {
  readonly width: number;
  /** Negative: rows from the top down. */
  readonly height: number;
  readonly bits: number;
  /** Rows as stored, already padded to a multiple of 4 bytes. */
  readonly rows: readonly (readonly number[])[];
  /** Blue, green, red, 0. */
  readonly palette?: readonly (readonly number[])[];
  readonly compression?: number;
  /** Of red, green, blue and alpha; with them, the header has 56 bytes. */
  readonly masks?: readonly number[];
}

/** A Windows BMP, byte by byte. */
export function bmp({
  width,
  height,
  bits,
  rows,
  palette = [],
  compression = 0,
  masks,
}: BmpParts): Uint8Array {
  const headerSize = masks ? 56 : 40;
  const pixelsAt = 14 + headerSize + 4 * palette.length;
  const file = new Uint8Array(pixelsAt + rows.flat().length);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, pixelsAt, true);
  view.setUint32(14, headerSize, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  view.setUint32(46, palette.length, true);
  masks?.forEach((mask, index) => view.setUint32(54 + 4 * index, mask, true));
  file.set(palette.flat(), 14 + headerSize);
  file.set(rows.flat(), pixelsAt);
  return file;
}

/** A little-endian grey TIFF with one strip a page; values are bytes as stored. */
export function tiff(
  pages: readonly Uint8Array[],
  width: number,
  height: number,
  { bits, float = false }: { bits: number; float?: boolean },
): Uint8Array {
  const entries = (stripAt: number, length: number): [number, number, number][] => [
    [256, 3, width],
    [257, 3, height],
    [258, 3, bits],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, stripAt],
    [277, 3, 1],
    [278, 3, height],
    [279, 4, length],
    [339, 3, float ? 3 : 1],
  ];
  const directory = 2 + 12 * entries(0, 0).length + 4;
  const pageSize = directory + pages[0].length;
  const file = new Uint8Array(8 + pages.length * pageSize);
  const view = new DataView(file.buffer);
  file.set([0x49, 0x49, 42, 0, 8]);
  pages.forEach((page, index) => {
    let at = 8 + index * pageSize;
    const list = entries(at + directory, page.length);
    view.setUint16(at, list.length, true);
    at += 2;
    for (const [tag, type, value] of list) {
      view.setUint16(at, tag, true);
      view.setUint16(at + 2, type, true);
      view.setUint32(at + 4, 1, true);
      view.setUint32(at + 8, value, true);
      at += 12;
    }
    view.setUint32(at, index + 1 < pages.length ? 8 + (index + 1) * pageSize : 0, true);
    file.set(page, at + 4);
  });
  return file;
}
