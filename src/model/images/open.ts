import sharp, { type Sharp } from 'sharp';
import { badInput, messageOf } from '../../base/errors.js';
import { decodeBmp, isBmp, readBmpHeader } from './bmp.js';

// Workers are the parallelism: libvips threads of their own would only fight them.
sharp.concurrency(1);

const depths = ['uchar', 'ushort'];

/**
 * An image that can be read: the first of several pages or frames.
 * @param options.smallest pixels that each side must have
 * @param options.ignoreIcc takes values as they are stored, whatever the colour profile says
 * @throws FeddymemError (bad-input) naming the file
 */
export async function openImage(
  bytes: Uint8Array,
  source: string,
  options: { smallest: number; ignoreIcc?: boolean },
): Promise<Sharp> {
  checkNotEmpty(bytes, source);
  const image = isBmp(bytes)
    ? fromBmp(bytes, source)
    : sharp(bytes, { failOn: 'error', pages: 1, ignoreIcc: options.ignoreIcc ?? false });
  const { width, height, depth } = await readable(source, () => image.metadata());
  checkSides(width, height, options.smallest, source);
  if (!depths.includes(depth)) {
    throw badInput(
      `${source} has ${depth} values, for which nothing says what is white`,
      'Scale it to 8 or 16 bits.',
    );
  }
  return image;
}

/** Width and height of an upright image. */
export async function imageSize(
  bytes: Uint8Array,
  source: string,
): Promise<{ width: number; height: number }> {
  checkNotEmpty(bytes, source);
  if (isBmp(bytes)) {
    const { width, height } = readBmpHeader(bytes, source);
    return { width, height };
  }
  const { autoOrient } = await readable(source, () => sharp(bytes, { failOn: 'error' }).metadata());
  return { width: autoOrient.width, height: autoOrient.height };
}

/** Runs the decoder; what it throws becomes an error that names the file. */
export async function readable<T>(source: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reasons = messageOf(error)
      .split('\n')
      .map((line) => line.trim().replace(/:$/, ''));
    const reason = [...new Set(reasons)].filter((line) => line !== '').join('; ');
    const hint = reason.includes('unsupported image format')
      ? 'Images are PNG, JPEG, BMP, TIFF, WebP or GIF: convert the file, or remove it.'
      : 'It may be cut off or damaged: copy or download it again, or remove it.';
    throw badInput(`${source} can't be read as an image: ${reason}`, hint, error);
  }
}

function fromBmp(bytes: Uint8Array, source: string): Sharp {
  const { data, width, height, channels } = decodeBmp(bytes, source);
  return sharp(data, { raw: { width, height, channels } });
}

function checkNotEmpty(bytes: Uint8Array, source: string): void {
  if (bytes.length === 0) {
    throw badInput(`${source} is an empty file`, 'Copy or download it again, or remove it.');
  }
}

function checkSides(width: number, height: number, smallest: number, source: string): void {
  if (width < smallest || height < smallest) {
    throw badInput(
      `${source} is ${width}×${height} pixels`,
      `Images need at least ${smallest} pixels a side; remove or replace the file.`,
    );
  }
}
