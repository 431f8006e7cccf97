import { cosine, sine } from '../synthetic/wave.js';
import type { CameraView } from './camera-view.js';

/** Where a pixel of the view comes from: (x, y) → origin + x·right + y·down, pixel centres at half integers. */
interface Source {
  readonly originX: number;
  readonly originY: number;
  readonly rightX: number;
  readonly rightY: number;
  readonly downX: number;
  readonly downY: number;
}

/** Whether a view leaves every pixel in its place. */
export function keepsPlaces({ crop, rotation }: CameraView): boolean {
  return crop === 1 && rotation === 0;
}

/**
 * The seen part of an image at the image's size, turned about its centre: bilinear, borders reflected.
 * @param pixels [size×size×3]
 * @returns [size×size×3], not rounded
 */
export function seenPixels(pixels: Uint8Array, size: number, view: CameraView): Float32Array {
  const { originX, originY, rightX, rightY, downX, downY } = sourceOf(view, size);
  const seen = new Float32Array(pixels.length);
  let at = 0;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      const sourceX = originX + (x + 0.5) * rightX + (y + 0.5) * downX - 0.5;
      const sourceY = originY + (x + 0.5) * rightY + (y + 0.5) * downY - 0.5;
      const column = Math.floor(sourceX);
      const row = Math.floor(sourceY);
      const left = 3 * reflected(column, size);
      const right = 3 * reflected(column + 1, size);
      const top = 3 * size * reflected(row, size);
      const bottom = 3 * size * reflected(row + 1, size);
      const weightX = sourceX - column;
      const weightY = sourceY - row;
      for (let c = 0; c < 3; c++) {
        const above = pixels[top + left + c] * (1 - weightX) + pixels[top + right + c] * weightX;
        const below = pixels[bottom + left + c] * (1 - weightX) + pixels[bottom + right + c] * weightX;
        seen[at + c] = above * (1 - weightY) + below * weightY;
      }
    }
  }
  return seen;
}

/** A mask [size×size] as the view shows it: nearest neighbour. */
export function seenMask(mask: Uint8Array, size: number, view: CameraView): Uint8Array {
  const { originX, originY, rightX, rightY, downX, downY } = sourceOf(view, size);
  const seen = new Uint8Array(mask.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const column = Math.floor(originX + (x + 0.5) * rightX + (y + 0.5) * downX);
      const row = Math.floor(originY + (x + 0.5) * rightY + (y + 0.5) * downY);
      seen[y * size + x] = mask[reflected(row, size) * size + reflected(column, size)];
    }
  }
  return seen;
}

/** The index inside [0, size) that a mirror at each border shows at `index`: −1 is 0 again. */
export function reflected(index: number, size: number): number {
  if (index >= 0 && index < size) return index;
  const period = 2 * size;
  const inside = ((index % period) + period) % period;
  return inside < size ? inside : period - 1 - inside;
}

function sourceOf({ crop, cropX, cropY, rotation }: CameraView, size: number): Source {
  const along = crop * cosine(rotation);
  const across = crop * sine(rotation);
  // Content that turns clockwise is found by looking anticlockwise.
  const half = size / 2;
  const centreX = size * ((1 - crop) * cropX + crop / 2);
  const centreY = size * ((1 - crop) * cropY + crop / 2);
  return {
    originX: centreX - half * (along + across),
    originY: centreY - half * (along - across),
    rightX: along,
    rightY: -across,
    downX: across,
    downY: along,
  };
}
