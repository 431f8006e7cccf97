const width = 256;
const mask = width - 1;

/** Used again at every call, which runs to its end before the next. */
const key = new Uint8Array(width);
const state = new Uint8Array(width);
const identity = Uint8Array.from({ length: width }, (_, at) => at);

/**
 * 128 bits of state from a text: the first four `int32()` of David Bau's seedrandom 3 (RC4-drop[256] of the text), without
 * what it does besides at every seeding, which takes ten times as long.
 * @param text not empty
 */
export function seedWords(text: string): [number, number, number, number] {
  const length = mixKey(text);
  state.set(identity);
  for (let i = 0, j = 0, at = 0; i < width; i++) {
    const held = state[i];
    j = (j + key[at] + held) & mask;
    state[i] = state[j];
    state[j] = held;
    if (++at === length) at = 0;
  }
  let i = 0;
  let j = 0;
  const next = () => {
    i = (i + 1) & mask;
    const held = state[i];
    j = (j + held) & mask;
    const other = state[j];
    state[i] = other;
    state[j] = held;
    return state[(held + other) & mask];
  };
  for (let dropped = 0; dropped < width; dropped++) next();
  const word = () => (next() << 24) | (next() << 16) | (next() << 8) | next();
  return [word(), word(), word(), word()];
}

/** The text's characters as a key; those from the 257th on are mixed into the first. @returns the key's length */
function mixKey(text: string): number {
  let smear = 0;
  for (let at = 0; at < text.length; at++) {
    const slot = at & mask;
    if (at >= width) smear ^= key[slot] * 19;
    key[slot] = smear + text.charCodeAt(at);
  }
  return Math.min(text.length, width);
}
