import { badInput } from './errors.js';
import type { DataType, Tensor, TensorData, TensorMap } from './tensor.js';

/** The safetensors format (huggingface.co/docs/safetensors): 8 bytes of header length, JSON header, raw tensors. */

const byteWidths: Record<DataType, number> = { F64: 8, F32: 4, F16: 2, I32: 4, I8: 1, U8: 1 };
/** Element types of the format that nothing here computes with. */
const otherWidths: Record<string, number> = { BF16: 2, I64: 8, U64: 8, U32: 4, I16: 2, U16: 2, BOOL: 1 };

/** Far above the header of any network; the format allows more, and a parsed header takes several times its bytes. */
const maximumHeaderBytes = 16_000_000;
/** Header, tensor, its shape or offsets. */
const maximumDepth = 3;

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
  // Without a prototype, so that a tensor may have any name.
  const header = Object.create(null) as Record<string, unknown>;
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

/** A safetensors file: the tensors we can compute with, and the types of the others by name. */
export interface SafetensorsFile {
  readonly tensors: TensorMap;
  readonly others: Readonly<Record<string, string>>;
}

/**
 * {@link parseSafetensors} for files of our own, in which every tensor is of a type that we compute with.
 * @throws FeddymemError (bad-input)
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): TensorMap {
  const { tensors, others } = parseSafetensors(bytes, source);
  for (const [name, type] of Object.entries(others)) throw broken(source, `${quoted(name)} has type ${type}`);
  return tensors;
}

/**
 * Parses a safetensors file. Tensors view the given bytes where their alignment allows and are copied where not.
 * @param source what to call the file in errors
 * @throws FeddymemError (bad-input) on anything truncated, overlapping, absurd or not safetensors
 */
export function parseSafetensors(bytes: Uint8Array, source: string): SafetensorsFile {
  const { header, body } = readHeader(bytes, source);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => readEntry(name, entry, source));
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.end > body.byteLength) throw broken(source, `it ends inside tensor ${quoted(entry.name)}`);
    if (entry.start < end) throw broken(source, 'its tensors overlap');
    if (entry.start > end) throw broken(source, `bytes ${end} to ${entry.start} belong to no tensor`);
    end = entry.end;
  }
  if (end < body.byteLength)
    throw broken(source, `its last ${body.byteLength - end} bytes belong to no tensor`);

  // Without a prototype: names such as __proto__ are names.
  const tensors = Object.create(null) as Record<string, Tensor>;
  const others = Object.create(null) as Record<string, string>;
  // Only now, when nothing overlaps: views that are not aligned copy their bytes.
  for (const { name, type, shape, start, end: after } of entries) {
    if (isReadable(type)) tensors[name] = { type, shape, data: viewBytes(type, body, start, after) };
    else others[name] = type;
  }
  return { tensors, others };
}

function broken(source: string, problem: string, cause?: unknown) {
  const message = `${source} is not a readable safetensors file: ${problem}`;
  return badInput(message, 'Fetch or write the file again.', cause);
}

function readHeader(bytes: Uint8Array, source: string) {
  if (bytes.byteLength < 8) throw broken(source, `${bytes.byteLength} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > maximumHeaderBytes) throw broken(source, `its header claims ${headerBytes} bytes`);
  if (8 + headerBytes > bytes.byteLength) throw broken(source, 'it ends inside its header');
  let header: unknown;
  let counted: { depth: number; fields: number };
  try {
    // slice copies out of shared memory, which TextDecoder refuses to read
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.slice(8, 8 + headerBytes));
    counted = measureJson(text);
    // Before it is parsed: a million brackets take memory.
    header = counted.depth > maximumDepth ? null : JSON.parse(text);
  } catch (error) {
    throw broken(source, 'its header is not JSON', error);
  }
  if (counted.depth > maximumDepth) throw broken(source, 'its header is nested too deeply');
  if (!isObject(header)) throw broken(source, 'its header is no object');
  const fields = Object.values(header).reduce<number>(
    (sum, entry) => sum + (isObject(entry) ? Object.keys(entry).length : 0),
    Object.keys(header).length,
  );
  // JSON.parse keeps the last of equal keys; other readers may keep the first.
  if (fields !== counted.fields) throw broken(source, 'its header says something twice');
  return { header, body: bytes.subarray(8 + headerBytes) };
}

/** Deepest nesting of a JSON text, and its fields in the two outermost levels, equal keys counted apart. */
function measureJson(text: string): { depth: number; fields: number } {
  let open = 0;
  let depth = 0;
  let fields = 0;
  let quotes = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quotes) {
      if (character === '\\') at++;
      else if (character === '"') quotes = false;
    } else if (character === '"') quotes = true;
    else if (character === '{' || character === '[') depth = Math.max(depth, ++open);
    else if (character === '}' || character === ']') open--;
    else if (character === ':' && open <= 2) fields++;
  }
  return { depth, fields };
}

/** A tensor's place, checked on its own. */
function readEntry(name: string, entry: unknown, source: string) {
  const { dtype: type, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  const fail = (problem: string) => broken(source, `${quoted(name)} ${problem}`);
  const width = typeof type === 'string' ? widthOf(type) : undefined;
  if (typeof type !== 'string' || width === undefined) throw fail(`has type ${quoted(type)}`);
  if (!isSizes(shape)) throw fail('has no valid shape');
  if (!isSizes(offsets) || offsets.length !== 2) throw fail('has no valid data_offsets');
  const expected = shape.reduce((product, size) => product * size, width);
  const [start, end] = offsets;
  if (end - start !== expected) throw fail(`needs ${expected} bytes but is given ${end - start}`);
  return { name, type, shape, start, end };
}

function isReadable(type: string): type is DataType {
  return Object.hasOwn(byteWidths, type);
}

function widthOf(type: string): number | undefined {
  if (isReadable(type)) return byteWidths[type];
  return Object.hasOwn(otherWidths, type) ? otherWidths[type] : undefined;
}

/** A name from a file that may say anything: printable, and not a page long. */
function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
  const plain = /^[\w.,:;/ [\](){}+-]*$/.test(text) ? text : JSON.stringify(text);
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
