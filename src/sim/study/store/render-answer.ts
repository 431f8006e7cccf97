import type { PlainValue } from './plain-values.js';
import type { Answer, Row } from './query-store.js';

/** Rows that a terminal shows. */
export const rowsShown = 200;

/** Characters that it shows of a value. */
const widest = 60;

/** An answer for people: its header and its first rows as text, and whether there are more. */
export async function shownRows({
  columns,
  batches,
}: Answer): Promise<{ readonly rows: readonly string[][]; readonly isCut: boolean }> {
  const found: Row[] = [];
  for await (const batch of batches) {
    found.push(...batch.slice(0, rowsShown + 1 - found.length));
    if (found.length > rowsShown) break;
  }
  const rows = found.slice(0, rowsShown).map((row) => row.map(shortText));
  return { rows: [columns.map(({ name }) => name), ...rows], isCut: found.length > rowsShown };
}

/** Six digits of a number, one line of a text; nothing for NULL. */
function shortText(value: PlainValue): string {
  const text =
    typeof value === 'number' && !Number.isInteger(value)
      ? String(Number(value.toPrecision(6)))
      : plainText(value).replace(/\p{Cc}+/gu, ' ');
  return text.length > widest ? `${text.slice(0, widest - 1)}…` : text;
}

/** A list of objects, one a line, in pieces. */
export async function* answerAsJson({ columns, batches }: Answer): AsyncGenerator<string> {
  let start = '[\n';
  for await (const batch of batches) {
    for (const row of batch) {
      const object = Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]));
      yield `${start}${JSON.stringify(object)}`;
      start = ',\n';
    }
  }
  yield start === '[\n' ? '[]\n' : '\n]\n';
}

/** CSV after RFC 4180 but for its line ends, in pieces; NULL is an empty field, an empty text is "". */
export async function* answerAsCsv({ columns, batches }: Answer): AsyncGenerator<string> {
  yield `${columns.map(({ name }) => csvField(name)).join(',')}\n`;
  for await (const batch of batches) {
    for (const row of batch) yield `${row.map(csvField).join(',')}\n`;
  }
}

function csvField(value: PlainValue): string {
  if (value === '') return '""';
  const text = plainText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function plainText(value: PlainValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
