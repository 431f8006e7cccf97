import { fromFloat16Bits } from '../../base/float16.js';
import type { Tensor } from '../../base/tensor.js';

/** How two tensors of one type and shape differ. */
export interface ValueDifference {
  readonly elements: number;
  /** Elements of different value; NaN equals NaN, -0 equals 0. */
  readonly differing: number;
  /** Elements equal in value, different in bits: -0 and 0, or two kinds of NaN. */
  readonly bitsOnly: number;
  /** Of `differing`, those that are NaN in one tensor only: they have no distance. */
  readonly nanInOne: number;
  /** The first element that differs in value; where none does, the first that differs in bits. */
  readonly first: { readonly index: readonly number[]; readonly a: number; readonly b: number };
  /** The largest |a - b|, infinite against an infinity; null where nothing differs but for NaN or bits. */
  readonly largest: {
    readonly difference: number;
    readonly index: readonly number[];
    /** Over the largest finite magnitude in both tensors; null for an infinite difference. */
    readonly relative: number | null;
  } | null;
}

/** Compares element by element; F16 as the numbers that its bits stand for. Null where all bits agree. */
export function valueDifference(a: Tensor, b: Tensor): ValueDifference | null {
  const bitsA = bytesOf(a);
  const bitsB = bytesOf(b);
  if (Buffer.compare(bitsA, bitsB) === 0) return null;
  const elements = a.data.length;
  const width = a.data.BYTES_PER_ELEMENT;
  const [readA, readB] = [reader(a), reader(b)];
  let [differing, bitsOnly, nanInOne, magnitude] = [0, 0, 0, 0];
  let [firstValue, firstBits, largestAt, largest] = [-1, -1, -1, 0];
  for (let at = 0; at < elements; at++) {
    const [x, y] = [readA(at), readB(at)];
    magnitude = Math.max(magnitude, finiteMagnitude(x), finiteMagnitude(y));
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) {
      if (sameBytes(bitsA, bitsB, at * width, width)) continue;
      bitsOnly++;
      if (firstBits < 0) firstBits = at;
      continue;
    }
    differing++;
    if (firstValue < 0) firstValue = at;
    const difference = Math.abs(x - y);
    if (Number.isNaN(difference)) nanInOne++;
    if (difference > largest) [largest, largestAt] = [difference, at];
  }
  const first = firstValue >= 0 ? firstValue : firstBits;
  return {
    ...{ elements, differing, bitsOnly, nanInOne },
    first: { index: indexOf(first, a.shape), a: readA(first), b: readB(first) },
    largest:
      largestAt < 0
        ? null
        : {
            difference: largest,
            index: indexOf(largestAt, a.shape),
            relative: Number.isFinite(largest) ? largest / magnitude : null,
          },
  };
}

/** Row-major position to one index a dimension: 5 in [2, 3] is [1, 2]. */
function indexOf(position: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = position;
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

function reader({ type, data }: Tensor): (at: number) => number {
  return type === 'F16' ? (at) => fromFloat16Bits(data[at]) : (at) => data[at];
}

const bytesOf = ({ data }: Tensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const finiteMagnitude = (value: number) => (Number.isFinite(value) ? Math.abs(value) : 0);

function sameBytes(a: Uint8Array, b: Uint8Array, start: number, count: number): boolean {
  for (let at = start; at < start + count; at++) if (a[at] !== b[at]) return false;
  return true;
}
