const lineFeed = 0x0a;
const decoder = new TextDecoder();

/** Lines of UTF-8 text, without their ends; a last one that no line feed ends was cut off, and is left out. */
export function* wholeLines(bytes: Uint8Array): Generator<string> {
  let start = 0;
  for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
    yield decoder.decode(bytes.subarray(start, end));
    start = end + 1;
  }
}
