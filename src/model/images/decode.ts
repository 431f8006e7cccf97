import sharp, { type Sharp } from 'sharp';
import { badInput, messageOf } from '../../base/errors.js';

// Workers are the parallelism: libvips threads of their own would only fight them.
sharp.concurrency(1);

/** Fewer pixels a side than this make no picture of a product. */
const smallestSide = 8;

/**
 * Decodes an image, turns it upright (EXIF), converts to RGB and squashes it to a square: bilinear, antialiased,
 * without the decoder's own shrinking.
 * @param source the file's path, for errors
 * @returns [size×size×3] bytes
 * @throws FeddymemError (bad-input) naming the file
 */
export async function decodeImage(bytes: Uint8Array, size: number, source: string): Promise<Uint8Array> {
  const image = await openImage(bytes, source);
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

/** Decodes a mask at its own size: 1 where any channel is at least half bright. */
export async function decodeMask(
  bytes: Uint8Array,
  source: string,
): Promise<{ mask: Uint8Array; width: number; height: number }> {
  const image = await openImage(bytes, source, 1);
  const { data, info } = await readable(source, () =>
    image.removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  const pixels = info.width * info.height;
  const mask = new Uint8Array(pixels);
  for (let at = 0; at < data.length; at++) if (data[at] > 127) mask[Math.floor(at / info.channels)] = 1;
  return { mask, width: info.width, height: info.height };
}

/** Width and height of an upright image. */
export async function imageSize(
  bytes: Uint8Array,
  source: string,
): Promise<{ width: number; height: number }> {
  const image = await openImage(bytes, source, 1);
  const { autoOrient } = await readable(source, () => image.metadata());
  return autoOrient;
}

async function openImage(bytes: Uint8Array, source: string, smallest = smallestSide): Promise<Sharp> {
  const image = sharp(bytes, { failOn: 'error' });
  const { width, height } = await readable(source, () => image.metadata());
  if (width < smallest || height < smallest) {
    throw badInput(
      `${source} is ${width}×${height} pixels`,
      `Images need at least ${smallest} pixels a side; remove or replace the file.`,
    );
  }
  return image;
}

async function readable<T>(source: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw badInput(
      `${source} can't be read as an image: ${messageOf(error)}`,
      'Remove or replace the file.',
      error,
    );
  }
}

/** Grey images that stay one channel wide are repeated to three. */
function asRgb(pixels: Uint8Array, size: number): Uint8Array {
  const channels = pixels.length / (size * size);
  if (channels === 3) return pixels;
  return Uint8Array.from({ length: size * size * 3 }, (_, index) => pixels[Math.floor(index / 3) * channels]);
}
