import { invariant } from '../../../base/errors.js';

/** Side of a thumbnail in pixels. */
export const thumbnailSide = 64;

/** Grey levels are stored in steps of 1/256: local contrast below one level still tells pictures apart. */
export const stepsPerLevel = 256;

/**
 * A small grey picture: Rec. 601 luma, each pixel the mean of the area it covers.
 * @param pixels [size×size×3] RGB bytes, size ≥ 64
 * @returns [64×64] grey levels 0 … 255 in steps of 1/256
 */
export function thumbnailOf(pixels: Uint8Array, size: number): Uint16Array {
  invariant(
    size >= thumbnailSide && pixels.length === size * size * 3,
    `a fingerprint of ${pixels.length} bytes at size ${size}`,
  );
  const luma = new Float64Array(size * size);
  for (let at = 0; at < luma.length; at++) {
    // Whole numbers: the sum of three products is exact on every machine.
    luma[at] = 299 * pixels[3 * at] + 587 * pixels[3 * at + 1] + 114 * pixels[3 * at + 2];
  }
  const shrunk = shrinkRows(shrinkRows(luma, size), size);
  return Uint16Array.from(shrunk, (value) => Math.round((value * stepsPerLevel) / 1000));
}

/** Every pixel alike: such a picture says nothing about what it shows. */
export function isFlat(thumbnail: Uint16Array): boolean {
  return thumbnail.every((value) => value === thumbnail[0]);
}

/** Area mean along rows of `size`, transposed: twice, and both directions are done. */
function shrinkRows(image: Float64Array, size: number): Float64Array {
  const rows = image.length / size;
  const step = size / thumbnailSide;
  const result = new Float64Array(thumbnailSide * rows);
  for (let column = 0; column < thumbnailSide; column++) {
    const start = column * step;
    const end = (column + 1) * step;
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let at = Math.floor(start); at < Math.min(size, end); at++) {
        sum += image[row * size + at] * (Math.min(at + 1, end) - Math.max(at, start));
      }
      result[column * rows + row] = sum / step;
    }
  }
  return result;
}
