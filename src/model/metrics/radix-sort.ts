const digitBits = 11;
const radix = 1 << digitBits;
const digits = 3;

/**
 * Sorts unsigned 32-bit keys, three digits of 11 bits, the least significant first. A digit in which all keys agree
 * takes no pass.
 * @returns the sorted keys, in `keys` or in a block of their own; `keys` is overwritten
 */
export function sortKeys(keys: Uint32Array): Uint32Array {
  const counts = digitCounts(keys);
  let source = keys;
  let target: Uint32Array = new Uint32Array(keys.length);
  for (let digit = 0; digit < digits; digit++) {
    const places = firstPlaces(counts, digit, keys.length);
    if (!places) continue;
    const shift = digit * digitBits;
    for (let index = 0; index < source.length; index++) {
      const key = source[index];
      target[places[(key >>> shift) & (radix - 1)]++] = key;
    }
    [source, target] = [target, source];
  }
  return source;
}

/** The same with a value beside each key; of equal keys the values keep their order. Both blocks are overwritten. */
export function sortByKeys<V extends Uint32Array | Int32Array>(
  keys: Uint32Array,
  values: V,
): { keys: Uint32Array; values: V } {
  const counts = digitCounts(keys);
  let sourceKeys = keys;
  let source = values;
  let targetKeys: Uint32Array = new Uint32Array(keys.length);
  let target = values.slice() as V;
  for (let digit = 0; digit < digits; digit++) {
    const places = firstPlaces(counts, digit, keys.length);
    if (!places) continue;
    const shift = digit * digitBits;
    for (let index = 0; index < source.length; index++) {
      const key = sourceKeys[index];
      const place = places[(key >>> shift) & (radix - 1)]++;
      targetKeys[place] = key;
      target[place] = source[index];
    }
    [sourceKeys, targetKeys] = [targetKeys, sourceKeys];
    [source, target] = [target, source];
  }
  return { keys: sourceKeys, values: source };
}

/** How many keys have each digit, for all three digits at once: [digits × radix]. */
function digitCounts(keys: Uint32Array): Uint32Array {
  const counts = new Uint32Array(digits * radix);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    counts[key & (radix - 1)]++;
    counts[radix + ((key >>> digitBits) & (radix - 1))]++;
    counts[2 * radix + (key >>> (2 * digitBits))]++;
  }
  return counts;
}

/** Where the first key of each digit goes; null where all keys have the same. */
function firstPlaces(counts: Uint32Array, digit: number, total: number): Uint32Array | null {
  const places = counts.subarray(digit * radix, (digit + 1) * radix);
  let place = 0;
  for (let value = 0; value < radix; value++) {
    const size = places[value];
    if (size === total) return null;
    places[value] = place;
    place += size;
  }
  return places;
}
