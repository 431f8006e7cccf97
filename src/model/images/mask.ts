import { badInput, invariant } from '../../base/errors.js';
import { openImage, readable } from './open.js';

/** What marks a defect: a value above 127 of 255, or any value but 0. */
export type MaskMarks = 'bright' | 'nonzero';

/** [height×width] bytes: 1 where the defect is. */
export interface Mask {
  readonly mask: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a mask at its own size, upright (EXIF): 1 where any colour channel of a pixel is a mark. Opacity and colour
 * profiles are not looked at; a palette's index counts as its colour.
 * @param source the file's path, for errors
 * @param marks `bright`: above 127, once 16 bits are scaled to 8. `nonzero`: any value but 0, as it is stored
 * @throws FeddymemError (bad-input) naming the file
 */
export async function decodeMask(
  bytes: Uint8Array,
  source: string,
  marks: MaskMarks = 'bright',
): Promise<Mask> {
  const image = await openImage(bytes, source, { smallest: 1, ignoreIcc: true });
  // 16 bits hold both depths: fewer would round small numbers to 0.
  const { data, info } = await readable(source, () =>
    image
      .autoOrient()
      .removeAlpha()
      .toColourspace('rgb16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true }),
  );
  const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const threshold = marks === 'bright' ? 128 * 256 : 1;
  const mask = new Uint8Array(info.width * info.height);
  for (let at = 0; at < values.length; at++) {
    if (values[at] >= threshold) mask[Math.floor(at / info.channels)] = 1;
  }
  return { mask, width: info.width, height: info.height };
}

/**
 * Decodes the masks of one image that come as several files, one a defect: 1 where any of them has 1.
 * @throws FeddymemError (bad-input) naming the file that can't be read, or that has another size than the first
 */
export async function unionOfMasks(
  files: readonly { readonly bytes: Uint8Array; readonly source: string }[],
  marks: MaskMarks = 'bright',
): Promise<Mask> {
  invariant(files.length > 0, 'a union of no masks');
  const [first, ...others] = files;
  const { mask, width, height } = await decodeMask(first.bytes, first.source, marks);
  for (const { bytes, source } of others) {
    const other = await decodeMask(bytes, source, marks);
    if (other.width !== width || other.height !== height) {
      throw badInput(
        `mask ${source} is ${other.width}×${other.height} pixels, ${first.source} ${width}×${height}`,
        'Masks of one image need its size: replace the file.',
      );
    }
    other.mask.forEach((value, at) => (mask[at] |= value));
  }
  return { mask, width, height };
}
