import { groupedBy } from '../../../base/grouped-by.js';
import type { Address, RandomStream } from '../../../base/random.js';
import type { ImageRecord } from '../image.js';

/** Images to be split among clients. */
export interface Pool {
  readonly train: readonly ImageRecord[];
  readonly test: readonly ImageRecord[];
}

/** What one client holds, in the order of the pool. */
export interface Part extends Pool {
  readonly id: string;
}

/** The random stream at an address within one split. */
export type Draw = (...address: Address) => RandomStream;

/** What an image shows: categories of different sources are different, whatever they are called. */
export function contentOf({ source, category }: ImageRecord): string {
  return JSON.stringify([source, category]);
}

/** By code units: the same everywhere, unlike a locale's order. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Images in the order of their ids: what is drawn over them does not depend on the pool's order. */
export function inOrderOfIds(images: readonly ImageRecord[]): ImageRecord[] {
  return images.toSorted((a, b) => compareText(a.id, b.id));
}

/** Images by key, in the order of the keys; within a group they keep their order. */
export function groupsOf(
  images: readonly ImageRecord[],
  keyOf: (image: ImageRecord) => string,
): Map<string, ImageRecord[]> {
  return new Map([...groupedBy(images, keyOf)].sort(([a], [b]) => compareText(a, b)));
}
