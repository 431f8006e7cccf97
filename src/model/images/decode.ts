import { openImage, readable } from './open.js';

export { decodeMask, unionOfMasks, type Mask, type MaskMarks } from './mask.js';
export { imageSize } from './open.js';

/** Fewer pixels a side than this make no picture of a product. */
const smallestSide = 8;

/**
 * Decodes an image (the first of several pages or frames), turns it upright (EXIF), lays it on black where it is
 * transparent, converts to RGB of 8 bits (of 16 bits the upper ones: 32768 is 128) and squashes it to a square:
 * bilinear, antialiased, without the decoder's own shrinking.
 * @param source the file's path, for errors
 * @returns [size×size×3] bytes
 * @throws FeddymemError (bad-input) naming the file
 */
export async function decodeImage(bytes: Uint8Array, size: number, source: string): Promise<Uint8Array> {
  const image = await openImage(bytes, source, { smallest: smallestSide });
  return readable(source, () =>
    image
      .autoOrient()
      .flatten()
      .toColourspace('srgb')
      .resize(size, size, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
      .raw({ depth: 'uchar' })
      .toBuffer(),
  ).then((pixels) => asRgb(pixels, size));
}

/** Grey images that stay one channel wide are repeated to three. */
function asRgb(pixels: Uint8Array, size: number): Uint8Array {
  const channels = pixels.length / (size * size);
  if (channels === 3) return pixels;
  return Uint8Array.from({ length: size * size * 3 }, (_, index) => pixels[Math.floor(index / 3) * channels]);
}
