import type { Json } from '../../base/hash.js';
import { table } from '../cli/table.js';
import { plural } from '../report/format.js';
import type { ComparedPayload, ExplainedDivergence } from './explain.js';
import type { FieldDifference } from './field-differences.js';
import { renderPayload } from './render-payload.js';

/** A person's report of a divergence between journals A and B: the event, its fields, the payloads behind them. */
export function renderDivergence(divergence: ExplainedDivergence): string {
  return [
    renderEvents(divergence),
    ...(divergence.fields.length > 0 ? [renderFields(divergence.fields)] : []),
    ...divergence.payloads.map((payload) => renderCompared(payload)),
  ].join('\n\n');
}

/** The same for a program. Numbers that JSON can't hold, and -0, are strings. A field that one side lacks is left out. */
export function divergenceJson(divergence: ExplainedDivergence): Json {
  const { index, a, b, fields, payloads } = divergence;
  const spelled = { index, a: a && parse(a), b: b && parse(b), fields, payloads };
  return JSON.parse(JSON.stringify(spelled, spellNumber)) as Json;
}

/** A table of differing fields: path, A, B. */
export function renderFields(fields: readonly FieldDifference[], head = 'field'): string {
  return table([[head, 'A', 'B'], ...fields.map(({ path, a, b }) => [path, showValue(a), showValue(b)])]);
}

function renderEvents({ index, a, b }: ExplainedDivergence): string {
  if (a === null || b === null) {
    const [ended, other] = a === null ? ['A', 'B'] : ['B', 'A'];
    const next = describeEvent(index, parse((a ?? b)!));
    return `${ended} ends after ${plural(index, 'event')}; ${other} goes on with ${next}`;
  }
  const [eventA, eventB] = [describeEvent(index, parse(a)), describeEvent(index, parse(b))];
  return eventA === eventB ? eventA : `A: ${eventA}\nB: ${eventB}`;
}

const places = { from: 'from', to: 'to', at: 'at', by: 'by' } as const;

/** "event 41 (virtual time 12.5 s): delivered upload from client-2 to server, step train, round 2". */
export function describeEvent(index: number, entry: Readonly<Record<string, Json | undefined>>): string {
  const word = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value));
  const named = (key: string, lead: string) =>
    entry[key] === undefined || entry[key] === null ? [] : [`${lead}${word(entry[key])}`];
  const what = [
    ...named('event', ''),
    ...named('kind', ''),
    ...Object.entries(places).flatMap(([key, preposition]) => named(key, `${preposition} `)),
  ].join(' ');
  const when = entry.round === null ? ['before round 0'] : named('round', 'round ');
  const time = entry.time === undefined ? '' : ` (virtual time ${word(entry.time)} s)`;
  return `event ${index}${time}: ${[what, ...named('step', 'step '), ...when].join(', ')}`;
}

function renderCompared({ path, missing, difference }: ComparedPayload): string {
  if (missing.length > 0) {
    const whose =
      missing.length === 2 ? 'neither payload is' : `${missing[0].toUpperCase()}'s payload is not`;
    return `${path}: ${whose} in the cache any more: run it again, or raise the limit`;
  }
  return difference ? renderPayload(path, difference) : `${path}: the bytes agree`;
}

const longestValue = 60;

/** Hashes by their first 16 digits, as the journal shows its digest; other values as JSON. */
function showValue(value: Json | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return `${value.slice(0, 16)}…`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}

const parse = (line: string) => JSON.parse(line) as Record<string, Json>;

function spellNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}
