/** How two byte strings differ. */
export interface ByteDifference {
  readonly bytesA: number;
  readonly bytesB: number;
  /** The first offset at which they differ; the shorter one's length where it begins the longer one. */
  readonly firstOffset: number;
  /** Differing bits over the length that both have. */
  readonly differingBits: number;
}

/** Compares two unequal byte strings. */
export function byteDifference(a: Uint8Array, b: Uint8Array): ByteDifference {
  const shared = Math.min(a.length, b.length);
  let firstOffset = shared;
  let differingBits = 0;
  for (let at = shared - 1; at >= 0; at--) {
    if (a[at] === b[at]) continue;
    firstOffset = at;
    for (let rest = a[at] ^ b[at]; rest > 0; rest &= rest - 1) differingBits++;
  }
  return { bytesA: a.length, bytesB: b.length, firstOffset, differingBits };
}
