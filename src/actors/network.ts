import { Observable, type SchedulerLike } from 'rxjs';
import { payloadBytes, serverId, type ActorId, type Envelope } from './messages.js';

/** A client's link to the server. */
export interface Link {
  /** Seconds. */
  readonly latency: number;
  /** Bits a second. */
  readonly uploadRate: number;
  readonly downloadRate: number;
}

/** What becomes of a message, and when. One message may have several of these. */
export interface Delivery {
  readonly envelope: Envelope;
  /** Virtual seconds from sending. */
  readonly seconds: number;
  readonly fate:
    | { readonly kind: 'arrive' }
    | { readonly kind: 'lose'; readonly reason: string }
    /** For the journal: what was done to it. */
    | { readonly kind: 'disturb'; readonly what: string }
    | { readonly kind: 'crash-sender'; readonly restartAfter: number | null };
}

/**
 * Carries envelopes in virtual time: each becomes the deliveries that its way has for it. One operator for what
 * `mergeMap` and `timer` would do, because those look through all messages under way at the end of each.
 */
export function network(
  deliveriesOf: (envelope: Envelope) => readonly Delivery[],
  scheduler: SchedulerLike,
): (envelopes: Observable<Envelope>) => Observable<Delivery> {
  return (envelopes) =>
    new Observable((subscriber) => {
      let underWay = 0;
      let complete = false;
      const end = () => {
        if (complete && underWay === 0) subscriber.complete();
      };
      const hand = (delivery?: Delivery) => {
        underWay--;
        subscriber.next(delivery!);
        end();
      };
      // What is under way when nobody listens any more reaches nobody: a closed subscriber takes nothing.
      return envelopes.subscribe({
        next(envelope) {
          try {
            for (const delivery of deliveriesOf(envelope)) {
              underWay++;
              scheduler.schedule(hand, 1000 * delivery.seconds, delivery);
            }
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete() {
          complete = true;
          end();
        },
      });
    });
}

/** A network in which nothing fails: latency plus encoded bytes over the link's rate. */
export function reliable(linkOf: (client: ActorId) => Link): (envelope: Envelope) => readonly Delivery[] {
  return (envelope) => [{ envelope, seconds: transferSeconds(envelope, linkOf), fate: { kind: 'arrive' } }];
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
