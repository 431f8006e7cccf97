import { decode } from 'fast-bmp';
import { badInput } from '../../base/errors.js';

/** What a BMP file says about itself. */
interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** Rows are stored from the bottom up unless the height is negative. */
  readonly topDown: boolean;
  readonly bitsPerPixel: 1 | 8 | 24 | 32;
  /** Whether a fourth byte of a pixel is its opacity; in plain 32-bit files it means nothing. */
  readonly hasAlpha: boolean;
  /** Where the pixels start, and bytes of a row, whose length is a multiple of 4. */
  readonly pixelsAt: number;
  readonly stride: number;
  /** Blue, green, red, 0 for each index, up to 8 bits per pixel. */
  readonly palette: Uint8Array;
}

/** Rows top-down, 3 bytes a pixel (RGB) or 4 (RGBA). */
export interface BmpPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

const convert = 'Convert it to PNG or to a 24-bit BMP without compression.';
const depths = [1, 8, 24, 32];

export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d;
}

/**
 * Decodes an uncompressed Windows BMP with 1 or 8 bits per pixel (grey or palette), 24 or 32.
 * @throws FeddymemError (bad-input) naming the file when it is of another kind, or cut off
 */
export function decodeBmp(bytes: Uint8Array, source: string): BmpPixels {
  const header = readBmpHeader(bytes, source);
  const { width, height, bitsPerPixel, palette } = header;
  const { data } = decode(plainFile(bytes, header));
  const stored = data as Uint8Array;
  const channels = bitsPerPixel === 32 && header.hasAlpha ? 4 : 3;
  const pixels = new Uint8Array(width * height * channels);
  const storedChannels = bitsPerPixel <= 8 ? 1 : bitsPerPixel / 8;
  for (let pixel = 0; pixel < width * height; pixel++) {
    // fast-bmp takes rows to be stored bottom-up.
    const row = Math.floor(pixel / width);
    const from = (header.topDown ? (height - 1 - 2 * row) * width + pixel : pixel) * storedChannels;
    for (let c = 0; c < channels; c++) {
      pixels[pixel * channels + c] =
        storedChannels === 1 ? palette[4 * stored[from] + 2 - c] : stored[from + c];
    }
  }
  return { data: pixels, width, height, channels };
}

/** Reads and checks the headers: a file header of 14 bytes, then a BITMAPINFOHEADER or one of its successors. */
export function readBmpHeader(bytes: Uint8Array, source: string): BmpHeader {
  if (bytes.length < 54) throw cutOff(source);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerSize = view.getUint32(14, true);
  if (headerSize < 40) throw badInput(`${source} is a BMP with an OS/2 header`, convert);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  if (width < 1 || height < 1) throw badInput(`${source} is a BMP of ${width}×${height} pixels`, convert);
  const bits = view.getUint16(28, true);
  if (!isDepth(bits)) {
    throw badInput(`${source} is a BMP with ${bits} bits per pixel; 1, 8, 24 and 32 can be read`, convert);
  }
  const compression = view.getUint32(30, true);
  if (compression !== 0 && !(compression === 3 && bits === 32)) {
    throw badInput(`${source} is a compressed BMP (method ${compression})`, convert);
  }
  if (compression === 3 && !hasUsualMasks(view)) {
    throw badInput(`${source} is a BMP whose channels are not in the order blue, green, red`, convert);
  }
  const pixelsAt = view.getUint32(10, true);
  const stride = 4 * Math.ceil((bits * width) / 32);
  const lastRow = Math.ceil((bits * width) / 8);
  if (bytes.length < pixelsAt + stride * (height - 1) + lastRow) throw cutOff(source);
  return {
    width,
    height,
    topDown: signedHeight < 0,
    bitsPerPixel: bits,
    hasAlpha: compression === 3 && headerSize >= 56 && view.getUint32(66, true) === 0xff000000,
    pixelsAt,
    stride,
    palette: bits > 8 ? new Uint8Array() : paletteOf(view, 14 + headerSize, pixelsAt, 2 ** bits),
  };
}

/** The colours between header and pixels; a file that holds none is grey. */
function paletteOf(view: DataView, start: number, end: number, most: number): Uint8Array {
  const palette = new Uint8Array(4 * 256);
  const held = Math.floor((end - start) / 4);
  const count = Math.min(view.getUint32(46, true) || most, most, Math.max(0, held));
  if (count === 0) return palette.map((_, at) => (Math.floor(at / 4) * 255) / (most - 1));
  palette.set(new Uint8Array(view.buffer, view.byteOffset + start, 4 * count));
  return palette;
}

/** The same pixels under the only header that fast-bmp reads at every depth: bottom-up, masks after 40 bytes. */
function plainFile(bytes: Uint8Array, { height, pixelsAt, stride }: BmpHeader): Uint8Array {
  const headers = 54 + 12;
  const file = new Uint8Array(headers + stride * height);
  file.set(bytes.subarray(0, 54));
  file.set(bytes.subarray(pixelsAt, pixelsAt + stride * height), headers);
  const view = new DataView(file.buffer);
  view.setUint32(10, headers, true);
  view.setUint32(22, height, true);
  usualMasks.forEach((mask, index) => view.setUint32(54 + 4 * index, mask, true));
  return file;
}

/** Of red, green and blue. */
const usualMasks = [0xff0000, 0xff00, 0xff];

function hasUsualMasks(view: DataView): boolean {
  return (
    view.byteLength >= 70 && usualMasks.every((mask, index) => view.getUint32(54 + 4 * index, true) === mask)
  );
}

function isDepth(bits: number): bits is BmpHeader['bitsPerPixel'] {
  return depths.includes(bits);
}

function cutOff(source: string) {
  return badInput(
    `${source} is a BMP that ends too early`,
    'The file is cut off: copy or download it again.',
  );
}
