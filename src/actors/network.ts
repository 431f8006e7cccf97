import { map, mergeMap, timer, type Observable, type SchedulerLike } from 'rxjs';
import { payloadBytes, serverId, type ActorId, type Envelope } from './messages.js';

/** A client's link to the server. */
export interface Link {
  /** Seconds. */
  readonly latency: number;
  /** Bits a second. */
  readonly uploadRate: number;
  readonly downloadRate: number;
}

/** Carries envelopes: each takes its link's latency plus its encoded bytes over the link's rate, in virtual time. */
export function network(
  linkOf: (client: ActorId) => Link,
  scheduler: SchedulerLike,
): (envelopes: Observable<Envelope>) => Observable<Envelope> {
  return (envelopes) =>
    envelopes.pipe(
      mergeMap((envelope) =>
        timer(1000 * transferSeconds(envelope, linkOf), scheduler).pipe(map(() => envelope)),
      ),
    );
}

export function transferSeconds(envelope: Envelope, linkOf: (client: ActorId) => Link): number {
  const bits = 8 * payloadBytes(envelope.message);
  if (envelope.from === serverId) {
    const { latency, downloadRate } = linkOf(envelope.to);
    return latency + bits / downloadRate;
  }
  const { latency, uploadRate } = linkOf(envelope.from);
  return latency + bits / uploadRate;
}
