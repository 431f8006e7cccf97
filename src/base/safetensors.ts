import { badInput } from './errors.js';
import type { DataType, Tensor, TensorData, TensorMap } from './tensor.js';

/** The safetensors format (huggingface.co/docs/safetensors): 8 bytes of header length, JSON header, raw tensors. */

const byteWidths: Record<DataType, number> = { F64: 8, F32: 4, F16: 2, I32: 4, I8: 1, U8: 1 };
/** The format's own bound on the header. */
const maximumHeaderBytes = 100_000_000;

/**
 * Serialises tensors in the order of their names, each aligned to 8 bytes (the header is padded with spaces, wider
 * types go first) so that a reader can view them in place. Equal maps have equal bytes.
 * @param metadata short text entries for the `__metadata__` field
 */
export function encodeSafetensors(
  tensors: TensorMap,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const names = Object.keys(tensors).sort((a, b) => {
    const difference = byteWidths[tensors[b].type] - byteWidths[tensors[a].type];
    return difference || (a < b ? -1 : 1);
  });
  const header: Record<string, unknown> = {};
  if (metadata)
    header.__metadata__ = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
  let end = 0;
  for (const name of names) {
    const { type, shape, data } = tensors[name];
    header[name] = { dtype: type, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(new SharedArrayBuffer(8 + headerBytes + end));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(text, 8);
  let offset = 8 + headerBytes;
  for (const name of names) {
    const { data } = tensors[name];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Parses a safetensors file. Tensors view the given bytes where their alignment allows and are copied where not.
 * @param source what to call the file in errors
 * @throws FeddymemError (bad-input) on anything truncated, overlapping, absurd or not safetensors
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): TensorMap {
  const broken = (problem: string) =>
    badInput(`${source} is not a readable safetensors file: ${problem}`, 'Fetch or write the file again.');
  if (bytes.byteLength < 8) throw broken(`${bytes.byteLength} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > maximumHeaderBytes) throw broken(`its header claims ${headerBytes} bytes`);
  if (8 + headerBytes > bytes.byteLength) throw broken('it ends inside its header');
  const body = bytes.subarray(8 + headerBytes);
  let header: unknown;
  try {
    // slice copies out of shared memory, which TextDecoder refuses to read
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.slice(8, 8 + headerBytes)));
  } catch (error) {
    throw broken(`its header is not JSON (${(error as Error).message})`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw broken('its header is no object');

  const tensors = Object.create(null) as Record<string, Tensor>;
  const ranges: [start: number, end: number][] = [];
  for (const [name, entry] of Object.entries(header as Record<string, unknown>)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
    if (typeof dtype !== 'string' || !Object.hasOwn(byteWidths, dtype))
      throw broken(`${name} has type ${String(dtype)}`);
    if (!isSizes(shape)) throw broken(`${name} has no valid shape`);
    if (!isSizes(offsets) || offsets.length !== 2) throw broken(`${name} has no valid data_offsets`);
    const type = dtype as DataType;
    const expected = shape.reduce((product, size) => product * size, byteWidths[type]);
    const [start, end] = offsets;
    if (end - start !== expected) throw broken(`${name} needs ${expected} bytes but is given ${end - start}`);
    if (end > body.byteLength) throw broken(`it ends inside tensor ${name}`);
    ranges.push([start, end]);
    tensors[name] = { type, shape, data: viewBytes(type, body, start, end) };
  }
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (let index = 1; index < ranges.length; index++) {
    if (ranges[index][0] < ranges[index - 1][1]) throw broken('its tensors overlap');
  }
  return tensors;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

function viewBytes(type: DataType, body: Uint8Array, start: number, end: number): TensorData {
  const width = byteWidths[type];
  const aligned = (body.byteOffset + start) % width === 0;
  const part = aligned ? body.subarray(start, end) : body.slice(start, end);
  const length = (end - start) / width;
  switch (type) {
    case 'F64':
      return new Float64Array(part.buffer, part.byteOffset, length);
    case 'F32':
      return new Float32Array(part.buffer, part.byteOffset, length);
    case 'F16':
      return new Uint16Array(part.buffer, part.byteOffset, length);
    case 'I32':
      return new Int32Array(part.buffer, part.byteOffset, length);
    case 'I8':
      return new Int8Array(part.buffer, part.byteOffset, length);
    case 'U8':
      return new Uint8Array(part.buffer, part.byteOffset, length);
  }
}
