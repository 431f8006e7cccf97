import { serverId } from '../../../actors/messages.js';
import { wholeLines } from './text-lines.js';

export type MessageOutcome = 'delivered' | 'lost' | 'under way' | 'refused' | 'late' | 'ignored';

/** A message between server and client, from its journal lines. Times in virtual seconds. */
export interface MessageRow {
  /** Of the line in which it is sent. */
  readonly sequence: number;
  readonly sender: string;
  readonly receiver: string;
  readonly number: number;
  readonly kind: string;
  readonly step: string | null;
  readonly round: number | null;
  readonly bytes: number;
  readonly setupBytes: number;
  readonly sentAt: number;
  /** Of the first copy that arrives. */
  arrivedAt: number | null;
  copiesArrived: number;
  outcome: MessageOutcome;
  reason: string | null;
  /** Faults that hit it, in order. */
  readonly disturbances: string[];
}

/** What a line may say; all but `event` depends on the event. */
interface Line {
  readonly event: string;
  readonly sequence: number;
  readonly time: number;
  readonly from?: string;
  readonly to?: string;
  readonly number?: number;
  readonly kind?: string;
  readonly step?: string;
  readonly round?: number | null;
  readonly bytes?: number;
  readonly setupBytes?: number;
  readonly reason?: string;
  readonly what?: string;
}

/**
 * Messages in the order in which they are sent. What the server says of an upload stands between its delivery and the
 * next one. A journal that was cut off is read as far as it goes.
 */
export function messageRows(journal: Uint8Array): MessageRow[] {
  const rows = new Map<string, MessageRow>();
  let handled: MessageRow | undefined;
  for (const text of wholeLines(journal)) {
    const line = parsedOrNull(text);
    if (!line) break;
    if (line.event === 'sent') {
      const row = newRow(line);
      rows.set(keyOf(line), row);
      continue;
    }
    const row = line.number === undefined ? undefined : rows.get(keyOf(line));
    switch (line.event) {
      case 'delivered':
        handled = row;
        if (row) deliver(row, line);
        break;
      case 'lost':
        if (row && row.copiesArrived === 0) {
          row.outcome = 'lost';
          row.reason = line.reason ?? null;
        }
        break;
      case 'disturbed':
        row?.disturbances.push(line.what ?? 'disturbed');
        break;
      case 'refused':
      case 'late':
      case 'ignored':
        // A second copy is ignored though the first one counted.
        if (handled?.sender !== line.from || handled?.copiesArrived !== 1) break;
        handled.outcome = line.event;
        handled.reason = line.reason ?? null;
    }
  }
  return [...rows.values()];
}

/** Copies share a number. */
const keyOf = ({ from, number }: Line) => `${number} ${from}`;

function newRow(line: Line): MessageRow {
  return {
    sequence: line.sequence,
    sender: line.from!,
    receiver: line.to!,
    number: line.number!,
    kind: line.kind!,
    step: line.step ?? null,
    round: line.round ?? null,
    bytes: line.bytes ?? 0,
    setupBytes: line.setupBytes ?? 0,
    sentAt: line.time,
    arrivedAt: null,
    copiesArrived: 0,
    outcome: 'under way',
    reason: null,
    disturbances: [],
  };
}

function deliver(row: MessageRow, { time }: Line): void {
  row.copiesArrived++;
  if (row.copiesArrived > 1) return;
  row.arrivedAt = time;
  row.outcome = 'delivered';
  row.reason = null;
}

/** `up` from a client, `down` to one. */
export function directionOf({ sender }: MessageRow): 'up' | 'down' {
  return sender === serverId ? 'down' : 'up';
}

/** The one of the two that is not the server. */
export function clientOf({ sender, receiver }: MessageRow): string {
  return sender === serverId ? receiver : sender;
}

function parsedOrNull(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'event' in value ? (value as Line) : null;
  } catch {
    return null;
  }
}
