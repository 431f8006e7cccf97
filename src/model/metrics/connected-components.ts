import { invariant } from '../../base/errors.js';

/** The connected regions of a mask. */
export interface Components {
  readonly count: number;
  /** Height × width: 0 is background; regions are 1 … count in the order of their first pixels. */
  readonly labels: Int32Array;
  /** Pixels of each region; region r is at r − 1. */
  readonly areas: Int32Array;
}

/** The 8-connected regions of a binary mask (height × width, row by row; anything but 0 is set). */
export function connectedComponents(mask: Uint8Array, width: number, height: number): Components {
  invariant(mask.length === width * height, `mask of ${mask.length} pixels for ${width}×${height}`);
  const parents = joinNeighbours(mask, width);
  const labels = new Int32Array(mask.length);
  const areas: number[] = [];
  // A root is its region's first pixel, so every root is labelled before the pixels that ask it.
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel] === 0) continue;
    const root = rootOf(parents, pixel);
    labels[pixel] = root === pixel ? areas.push(0) : labels[root];
    areas[labels[pixel] - 1]++;
  }
  return { count: areas.length, labels, areas: Int32Array.from(areas) };
}

/** Union-find over the pixels: each set pixel is joined with its set neighbours to the west and in the row above. */
function joinNeighbours(mask: Uint8Array, width: number): Int32Array {
  const parents = new Int32Array(mask.length);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel] === 0) continue;
    parents[pixel] = pixel;
    const column = pixel % width;
    if (column > 0 && mask[pixel - 1] !== 0) join(parents, pixel, pixel - 1);
    const first = Math.max(column - 1, 0);
    const last = Math.min(column + 1, width - 1);
    const above = pixel - column - width;
    if (above < 0) continue;
    for (let other = above + first; other <= above + last; other++)
      if (mask[other] !== 0) join(parents, pixel, other);
  }
  return parents;
}

function join(parents: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parents, a);
  const rootB = rootOf(parents, b);
  parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}

/** The lowest pixel of a set; halves the path on the way. */
function rootOf(parents: Int32Array, pixel: number): number {
  let at = pixel;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]];
    at = parents[at];
  }
  return at;
}
