import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { badInput, invariant, messageOf } from '../../base/errors.js';
import { hashJson, sha256, type ContentHash, type Json } from '../../base/hash.js';
import { isBmp } from '../../model/images/bmp.js';
import { decodeImage, imageSize, unionOfMasks } from '../../model/images/decode.js';
import { libraryVersion } from '../run/library-version.js';
import type { ImageLocation, ImageRecord } from './image.js';
import { renderImage } from './synthetic/render.js';
import { maskThroughView, throughView } from './views/apply-view.js';

/** Bumped when the synthetic world draws other pixels for the same address. */
const syntheticVersion = 1;
/** Bumped when a camera view makes other pixels of the same image. */
const viewVersion = 1;

/** An opened image: its content hash at once, its pixels when asked for. */
export interface OpenImage {
  readonly hash: ContentHash;
  /** Name and version of what decodes it before sharp does the rest; null: sharp does all. */
  readonly decoder: string | null;
  /** [size×size×3] RGB bytes. */
  pixels(size: number): Promise<Uint8Array>;
}

export async function openImage(location: ImageLocation): Promise<OpenImage> {
  if (location.kind === 'file') {
    const { path, view } = location;
    const bytes = await readBytes(path);
    const file = sha256(bytes);
    return {
      hash: view ? hashJson({ viewVersion, file, view: view as unknown as Json }) : file,
      decoder: isBmp(bytes) ? `fast-bmp ${libraryVersion('fast-bmp')}` : null,
      async pixels(size) {
        const pixels = await decodeImage(bytes, size, path);
        return view ? throughView(pixels, size, view) : pixels;
      },
    };
  }
  invariant(location.kind === 'synthetic', 'features without an image were opened as one');
  return {
    hash: hashJson({ syntheticVersion, location: location as unknown as Json }),
    decoder: null,
    pixels: (size) => resizeSquare(draw(location).pixels, location.size, size),
  };
}

/**
 * The mask of a test image at the size of the anomaly map, resized by nearest; null for a good image.
 * @throws FeddymemError (bad-input) when the mask does not have the image's size
 */
export async function loadMask(
  { id, location, mask }: Pick<ImageRecord, 'id' | 'location' | 'mask'>,
  size: number,
): Promise<Uint8Array | null> {
  if (mask.kind === 'empty' || mask.kind === 'none') return null;
  if (mask.kind === 'drawn') {
    invariant(location.kind === 'synthetic', `${id} has no drawn mask`);
    const drawn = draw(location).mask;
    return drawn && resizeNearest(drawn, location.size, location.size, size);
  }
  invariant(location.kind === 'file', `${id} has a mask file but no image file`);
  const image = await imageSize(await readBytes(location.path), location.path);
  const files = await Promise.all(
    mask.paths.map(async (path) => ({ source: path, bytes: await readBytes(path) })),
  );
  const union = await unionOfMasks(files, mask.marks);
  if (union.width !== image.width || union.height !== image.height) {
    throw badInput(
      `mask ${mask.paths[0]} is ${union.width}×${union.height} pixels, its image ${image.width}×${image.height}`,
      'Replace the mask by one of the size of its image.',
    );
  }
  const resized = resizeNearest(union.mask, union.width, union.height, size);
  return location.view ? maskThroughView(resized, size, location.view) : resized;
}

function draw(location: Extract<ImageLocation, { kind: 'synthetic' }>) {
  const { world, seed, client, split, index, defect, size, contrast } = location;
  return renderImage(world, { seed, clientId: client, split, index, defect, size, contrast });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw badInput(
      `${path} can't be read: ${messageOf(error)}`,
      'Check that the file exists and is readable.',
      error,
    );
  }
}

async function resizeSquare(pixels: Uint8Array, from: number, to: number): Promise<Uint8Array> {
  if (from === to) return pixels;
  const image = sharp(pixels, { raw: { width: from, height: from, channels: 3 } });
  return image.resize(to, to, { fit: 'fill', kernel: 'linear' }).raw().toBuffer();
}

function resizeNearest(mask: Uint8Array, width: number, height: number, size: number): Uint8Array {
  const result = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    const row = Math.min(height - 1, Math.floor(((y + 0.5) * height) / size));
    for (let x = 0; x < size; x++) {
      result[y * size + x] = mask[row * width + Math.min(width - 1, Math.floor(((x + 0.5) * width) / size))];
    }
  }
  return result;
}
