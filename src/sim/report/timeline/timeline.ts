import type { Json } from '../../../base/hash.js';

/** A message on its way between the server and a client; times are virtual seconds. */
export interface TimelineMessage {
  readonly client: string;
  /** From client to server. */
  readonly up: boolean;
  readonly sentAt: number;
  /** When it arrives, or gets lost. */
  readonly endsAt: number;
  readonly lost: boolean;
  readonly bytes: number;
}

/** A client or the server at work; times are virtual seconds. */
export interface TimelineWork {
  readonly actor: string;
  readonly from: number;
  readonly to: number;
}

export interface Timeline {
  /** The clients that have a lane, and how many there are in all. */
  readonly clients: readonly string[];
  readonly clientCount: number;
  readonly messages: readonly TimelineMessage[];
  readonly work: readonly TimelineWork[];
  /** Clients going down. */
  readonly crashes: readonly { readonly actor: string; readonly at: number }[];
  /** When each round is closed. */
  readonly rounds: readonly { readonly round: number; readonly at: number }[];
  /** It stops here because later rounds would make it too dense; null where it is whole. */
  readonly cutAfterRound: number | null;
}

/** More lanes than this leave no room between them. */
const mostLanes = 12;
/** More messages than this hide each other; whole rounds are shown, the first one always. */
const mostMessages = 420;

type Entry = Readonly<Record<string, Json>>;

/** Clients for the lanes: all, or as many as there is room for, evenly over the list. */
export function clientsOfTimeline(clients: readonly string[]): string[] {
  if (clients.length <= mostLanes) return [...clients];
  return Array.from(
    { length: mostLanes },
    (_, lane) => clients[Math.floor((lane * clients.length) / mostLanes)],
  );
}

/** Takes journal entries in order; stops asking for more once it has what fits. */
export async function readTimeline(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  allClients: readonly string[],
): Promise<Timeline> {
  const clients = clientsOfTimeline(allClients);
  const shown = new Set(clients);
  const messages: TimelineMessage[] = [];
  const work: TimelineWork[] = [];
  const crashes: { actor: string; at: number }[] = [];
  const closed = new Map<number, number>();
  let cutAfterRound: number | null = null;
  for await (const entry of entries) {
    const time = Number(entry.time);
    if (entry.event === 'step-done' && typeof entry.round === 'number') {
      // A step of a later round shows that the one before it is over.
      if (messages.length > mostMessages && closed.size > 0 && !closed.has(entry.round)) {
        cutAfterRound = Math.max(...closed.keys());
        break;
      }
      closed.set(entry.round, time);
    } else if (entry.event === 'compute') {
      const actor = String(entry.at);
      if (shown.has(actor) || actor === 'server')
        work.push({ actor, from: time, to: time + Number(entry.seconds) });
    } else if (entry.event === 'crashed' && shown.has(String(entry.at))) {
      crashes.push({ actor: String(entry.at), at: time });
    } else if ((entry.event === 'delivered' || entry.event === 'lost') && entry.number !== undefined) {
      const up = entry.to === 'server';
      const client = String(up ? entry.from : entry.to);
      if (!shown.has(client) || entry.from === entry.to) continue;
      const { sentAt, bytes } = entry;
      const lost = entry.event === 'lost';
      messages.push({ client, up, sentAt: Number(sentAt), endsAt: time, lost, bytes: Number(bytes) });
    }
  }
  const end = cutAfterRound === null ? Infinity : closed.get(cutAfterRound)!;
  return {
    clients,
    clientCount: allClients.length,
    messages: messages.filter(({ sentAt }) => sentAt <= end),
    work: work.filter(({ from }) => from <= end),
    crashes: crashes.filter(({ at }) => at <= end),
    rounds: [...closed].map(([round, at]) => ({ round, at })),
    cutAfterRound,
  };
}
