import { runFailed } from '../../base/errors.js';
import { decodeSafetensors } from '../../base/safetensors.js';
import { decodeFloat16 } from '../../base/float16.js';
import type { BlobReference } from '../../base/blob.js';
import type { TensorMap } from '../../base/tensor.js';
import { serverId, type Envelope } from '../../actors/messages.js';
import type { StepJob, StepOutcome } from '../../actors/steps.js';
import type { SystemEvent } from '../../actors/system-events.js';
import type { BlobStore } from './blob-store.js';
import { segmentAt, type Federation } from './federation.js';

/** Rounding of weights on the wire. */
const tolerance = 1e-3;

/**
 * What must hold after every event, whatever goes wrong in the simulated world: time runs forward and no message comes
 * before it was sent; every step that is opened is closed or abandoned with a reason; no number that is not finite enters
 * what the server sends; the global memory weighs what the accepted uploads weigh; the bytes of a message count once.
 * @returns a subscriber that throws when something does not
 */
export function createInvariants(
  { steps, segments }: Federation,
  store: BlobStore,
): (event: SystemEvent) => void {
  let time = 0;
  let open: number | null = null;
  /** The number of each actor's newest message: they count up by one. */
  const sent = new Map<string, number>();
  let arrived: Envelope | null = null;
  const refused = new Set<string>();
  let job: StepJob | null = null;

  const broken = (what: string) =>
    runFailed(
      `an invariant is broken at virtual time ${time} s: ${what}`,
      'The journal ends with the event that did it.',
    );
  const nameOf = (step: number) => `step "${steps[step].name}" of round ${steps[step].round ?? 'none'}`;
  const read = (blob: BlobReference): TensorMap => decodeSafetensors(store.get(blob), 'a message');

  function checkStep(event: Extract<SystemEvent, { kind: 'recorded' }>): void {
    const recorded = event.event;
    switch (recorded.kind) {
      case 'refused': {
        const payload = arrived?.message.kind === 'upload' ? arrived.message.payload : null;
        if (payload) refused.add(`${recorded.from} ${payload.hash}`);
        return;
      }
      case 'step-opened':
        if (open !== null && open !== recorded.step)
          throw broken(`${nameOf(open)} was neither closed nor abandoned`);
        open = recorded.step;
        return;
      case 'step-done':
      case 'step-abandoned':
        if (open !== null && open !== recorded.step)
          throw broken(`${nameOf(recorded.step)} closes while ${nameOf(open)} is open`);
        if (recorded.kind === 'step-abandoned' && !recorded.reason)
          throw broken(`${nameOf(recorded.step)} is abandoned without a reason`);
        open = null;
        return;
      case 'finished':
        if (open !== null) throw broken(`the run ends, but ${nameOf(open)} was neither closed nor abandoned`);
    }
  }

  function checkAggregate(made: StepOutcome): void {
    for (const blob of [made.message, made.setup]) {
      if (!blob) continue;
      const bad = Object.entries(read(blob)).find(([, tensor]) => !isFiniteTensor(tensor));
      if (bad) throw broken(`the server sends ${bad[0]} with a number that is not finite`);
    }
    if (!job?.step.retains || !made.message) return;
    const accepted = job.received.reduce(
      (sum, { payload, weight }) => sum + weight * (payload ? weightOf(read(payload)) : 0),
      0,
    );
    const { robust } = segmentAt(segments, job.step.round).settings;
    const expected = robust === 'none' ? accepted : (made.figures.acceptedWeight ?? 0);
    const memory = weightOf(read(made.message));
    if (Math.abs(memory - expected) > tolerance * Math.max(1, expected))
      throw broken(`the global memory weighs ${memory} patches, the accepted uploads ${expected}`);
  }

  return (event) => {
    if (event.time < time) throw broken(`an event of virtual time ${event.time} s comes after it`);
    ({ time } = event);
    switch (event.kind) {
      case 'sent': {
        const { from, number } = event.envelope;
        if (number <= (sent.get(from) ?? 0)) throw broken(`message ${number} of ${from} is counted twice`);
        sent.set(from, number);
        return;
      }
      case 'delivered': {
        const { from, to, number, sentAt, message } = event.envelope;
        if (sentAt > time) throw broken(`a message from ${from} arrives before it was sent`);
        if (number > (sent.get(from) ?? 0)) throw broken(`message ${number} of ${from} was never sent`);
        arrived = event.envelope;
        if (to === serverId && message.kind === 'computed') checkAggregate(message.outcome);
        return;
      }
      case 'compute':
        if (event.job.role !== 'server') return;
        job = event.job;
        for (const { from, payload } of job.received) {
          if (payload && refused.has(`${from} ${payload.hash}`))
            throw broken(`an upload of ${from} that was refused is aggregated`);
        }
        return;
      case 'recorded':
        checkStep(event);
    }
  };
}

function weightOf(tensors: TensorMap): number {
  let sum = 0;
  for (const weight of tensors.weights.data) sum += weight;
  return sum;
}

function isFiniteTensor({ type, data }: TensorMap[string]): boolean {
  const numbers = type === 'F16' ? decodeFloat16(data as Uint16Array) : data;
  for (const value of numbers) if (!Number.isFinite(value)) return false;
  return true;
}
