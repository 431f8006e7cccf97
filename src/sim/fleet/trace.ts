import { readFile } from 'node:fs/promises';
import { badInput, messageOf } from '../../base/errors.js';

/** Half-open intervals [start, end) of virtual time in seconds, in order and without overlap. */
export interface Trace {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

const header = 'client,start,end';

/**
 * Reads who is reachable when.
 * @throws FeddymemError (bad-input) naming file and line
 */
export async function readTraces(path: string): Promise<Map<string, Trace>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw badInput(
      `trace ${path} can't be read: ${messageOf(error)}`,
      `Give the path of a CSV file with the header ${header}.`,
      error,
    );
  }
  return parseTraces(text, path);
}

interface Interval {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/**
 * Parses a CSV of the columns client, start, end; rows in any order, blank ones skipped.
 * @param source what to call the file in errors
 */
export function parseTraces(text: string, source: string): Map<string, Trace> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines[0].trim() !== header) {
    throw badInput(`trace ${source}, line 1: expected the header ${header}`, `It is ${quoted(lines[0])}.`);
  }
  const rows = new Map<string, Interval[]>();
  for (let index = 1; index < lines.length; index++) {
    if (lines[index].trim() === '') continue;
    const { client, interval } = parseRow(lines[index], index + 1, source);
    const known = rows.get(client);
    if (known) known.push(interval);
    else rows.set(client, [interval]);
  }
  return new Map([...rows].map(([client, intervals]) => [client, ordered(client, intervals, source)]));
}

function parseRow(row: string, line: number, source: string): { client: string; interval: Interval } {
  // The last two commas count: an id may have its own.
  const [, client, first, last] = /^(.*),([^,]*),([^,]*)$/.exec(row) ?? [];
  const fail = (problem: string) =>
    badInput(
      `trace ${source}, line ${line}: ${problem} in ${quoted(row)}`,
      'A row is an id, a start and an end in seconds, such as client-1,0,3600.',
    );
  if (client === undefined) throw fail('expected three columns');
  if (client.trim() === '') throw fail('no client');
  const [start, end] = [first, last].map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
  if (!(start >= 0 && end < Infinity)) throw fail('start and end must be numbers from 0 on');
  if (!(start < end)) throw fail('the end must come after the start');
  return { client: client.trim(), interval: { start, end, line } };
}

function ordered(client: string, intervals: readonly Interval[], source: string): Trace {
  const sorted = [...intervals].sort((a, b) => a.start - b.start || a.line - b.line);
  const overlap = sorted.findIndex(({ start }, at) => at > 0 && start < sorted[at - 1].end);
  if (overlap > 0) {
    const [one, other] = [sorted[overlap - 1].line, sorted[overlap].line].sort((a, b) => a - b);
    throw badInput(
      `trace ${source}, line ${other}: overlaps line ${one}, which is of client ${client} too`,
      'Make one interval of the two, or end one before the other starts.',
    );
  }
  return {
    starts: Float64Array.from(sorted, ({ start }) => start),
    ends: Float64Array.from(sorted, ({ end }) => end),
  };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
