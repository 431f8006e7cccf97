import type { BlobReference } from '../../base/blob.js';
import { sha256 } from '../../base/hash.js';
import { serverId, type Envelope } from '../../actors/messages.js';
import { transferSeconds, type Delivery, type Link } from '../../actors/network.js';
import type { BlobStore } from '../run/blob-store.js';
import type { MessageFault, PlannedFaults } from './injector.js';
import { falsified, flippedBit, poisoned } from './tamper.js';

export interface Fabric {
  linkOf(client: string): Link;
  /** The earliest virtual second, from the given one on, at which a client can be reached. */
  availableFrom(client: string, time: number): number;
  readonly faults: PlannedFaults;
  readonly seed: number;
  readonly store: BlobStore;
}

/** The network between server and clients: links that take time, clients that are away, and what goes wrong. */
export function fabricDeliveries(fabric: Fabric): (envelope: Envelope) => readonly Delivery[] {
  return (sent) => {
    const up = sent.to === serverId;
    const client = up ? sent.from : sent.to;
    const seconds = transferSeconds(sent, fabric.linkOf);
    // What is sent to a client that is away, or by one, waits until it is back.
    const departs = up ? fabric.availableFrom(client, sent.sentAt) : sent.sentAt;
    const arrives = up ? departs + seconds : fabric.availableFrom(client, departs + seconds);
    if (!Number.isFinite(arrives)) {
      return [{ envelope: sent, seconds: 0, fate: { kind: 'lose', reason: `${client} never comes back` } }];
    }
    let way: Way = { envelope: sent, delay: 0, fates: [] };
    // What its sender does to a message comes before what happens to it on the way.
    const faults = fabric.faults.onSend(sent);
    const bySender = faults.filter(({ kind }) => kind === 'invalid' || kind === 'poison');
    const onTheWay = faults.filter((fault) => !bySender.includes(fault));
    for (const fault of [...bySender, ...onTheWay])
      way = disturbed(fabric, way, fault, { waits: departs - sent.sentAt, takes: seconds });
    const { envelope, fates } = way;
    const arrival = arrives + way.delay - sent.sentAt;
    const cutOff = fabric.faults.isCutOff(client, departs, arrives + way.delay);
    const lost = cutOff ? 'the link is down' : way.lost;
    const end: Delivery = {
      envelope,
      seconds: arrival,
      fate: lost === undefined ? { kind: 'arrive' } : { kind: 'lose', reason: lost },
    };
    if (way.copyAfter === undefined) return [...fates, end];
    const late = arrives + way.delay + way.copyAfter;
    const fate: Delivery['fate'] =
      lost === undefined && fabric.faults.isCutOff(client, departs, late)
        ? { kind: 'lose', reason: 'the link is down' }
        : end.fate;
    return [...fates, end, { envelope, seconds: arrival + way.copyAfter, fate }];
  };
}

interface Way {
  readonly envelope: Envelope;
  readonly delay: number;
  readonly lost?: string;
  readonly copyAfter?: number;
  readonly fates: readonly Delivery[];
}

/** @param sending seconds until the message departs, and then until it is there */
function disturbed(
  fabric: Fabric,
  way: Way,
  fault: MessageFault,
  sending: { readonly waits: number; readonly takes: number },
): Way {
  const { envelope } = way;
  const noted = (what: string, changes: Partial<Way> = {}): Way => ({
    ...way,
    fates: [...way.fates, { envelope, seconds: 0, fate: { kind: 'disturb', what } }],
    ...changes,
  });
  switch (fault.kind) {
    case 'lose':
      return noted('lost', { lost: 'lost on its way' });
    case 'delay':
      return noted(`delayed by ${fault.seconds} s`, { delay: way.delay + fault.seconds });
    case 'duplicate':
      return noted(`a copy follows after ${fault.seconds} s`, { copyAfter: fault.seconds });
    case 'crash-sending': {
      const fate = { kind: 'crash-sender', restartAfter: fault.restartAfter } as const;
      const seconds = sending.waits + fault.share * sending.takes;
      return { ...way, fates: [...way.fates, { envelope, seconds, fate }] };
    }
    case 'corrupt':
      return replaced('a bit flips', (bytes) => flippedBit(bytes, fault.bit), false);
    case 'invalid':
      return replaced(`uploads ${fault.how}`, (bytes) => falsified(bytes, fault.how), true);
    case 'poison':
      return replaced(
        'poisons its memory',
        (bytes) => poisoned(bytes, fault.strength, fabric.seed, fault.client),
        true,
      );
  }

  /** @param signed whether the sender does it, and computes the checksum over it */
  function replaced(what: string, change: (bytes: Uint8Array) => Uint8Array | null, signed: boolean): Way {
    const { message } = envelope;
    if ((message.kind !== 'broadcast' && message.kind !== 'upload') || message.payload === null) return way;
    const bytes = change(fabric.store.get(message.payload));
    if (bytes === null) return way;
    const payload: BlobReference = fabric.store.put({ hash: sha256(bytes), bytes });
    const checksum = signed ? payload.hash : message.checksum;
    return noted(what, { envelope: { ...envelope, message: { ...message, payload, checksum } } });
  }
}
