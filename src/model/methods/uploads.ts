import { vectorTensor, type TensorMap } from '../../base/tensor.js';
import {
  decodeChange,
  decodeSent,
  encodeChange,
  encodeSent,
  fingerprintOf,
  type SentBank,
} from '../../memory/change.js';
import { withoutSmallSlots, type MemoryBank } from '../../memory/memory-bank.js';
import { memoryReducers } from '../../memory/memory-reduce.js';
import type { ClientContext, LocalEntries, ServerContext } from './method.js';

/**
 * Uploads of banks. With `delta: slots` a client sends what changed since its last upload, if the broadcast that it
 * answers has the receipt of that one; a client that is new, or whose upload was lost, refused or late, sends all.
 * Broadcasts stay whole: one message goes to everybody, and who missed the last one could not read a change of it.
 */

/** The client's bank, reduced, as a message; and what the client has to remember of it. */
export async function reducedUpload(
  context: ClientContext,
  bank: MemoryBank,
): Promise<{ message: TensorMap; local: LocalEntries }> {
  const { settings, distances, received } = context;
  const { memory, precision, delta } = settings;
  const sent = context.hasLocal('sent') ? decodeSent(context.local('sent')) : null;
  const shareable = withoutSmallSlots(bank, memory.minimumPatches);
  const reduced = await memoryReducers[settings.reduce](
    shareable,
    memory.upload,
    context.random('reduce'),
    distances,
    memory.start === 'previous' ? sent?.bank.vectors : undefined,
  );
  const base = delta === 'slots' && sent && received && hasReceipt(received, sent) ? sent : null;
  const message = encodeChange(reduced, precision, base);
  if (delta === 'none' && memory.start === 'afresh') return { message, local: {} };
  const arrived = decodeChange(message, reduced.vectors.columns, `client ${context.client}`, base);
  return { message, local: { sent: encodeSent({ fingerprint: fingerprintOf(message), bank: arrived }) } };
}

/** Server: an uploaded bank. @param has the server's own entries, where uploads may be changes of older ones */
export function uploadedBank(
  message: TensorMap,
  dimensions: number,
  client: string,
  { local, hasLocal }: Pick<ServerContext, 'local' | 'hasLocal'>,
): MemoryBank {
  const known = hasLocal(entryOf(client)) ? decodeSent(local(entryOf(client))) : null;
  // The last upload of a client that is absent: what it was a change of has been replaced by itself.
  if (known && Object.hasOwn(message, 'base') && known.fingerprint === fingerprintOf(message))
    return known.bank;
  return decodeChange(message, dimensions, `client ${client}`, known);
}

/** Server: what it remembers of uploads, and the receipts for them in the next broadcast. */
export function acknowledged(
  uploads: readonly { readonly client: string; readonly message: TensorMap; readonly bank: MemoryBank }[],
): { local: LocalEntries; receipts: TensorMap } {
  const entries = uploads.map(({ client, message, bank }) => {
    const sent: SentBank = { fingerprint: fingerprintOf(message), bank };
    return { name: entryOf(client), sent };
  });
  return {
    local: Object.fromEntries(entries.map(({ name, sent }) => [name, encodeSent(sent)])),
    receipts: { receipts: vectorTensor(Int32Array.from(entries, ({ sent }) => sent.fingerprint)) },
  };
}

function hasReceipt(broadcast: TensorMap, { fingerprint }: SentBank): boolean {
  return Object.hasOwn(broadcast, 'receipts') && broadcast.receipts.data.includes(fingerprint as never);
}

function entryOf(client: string): string {
  return `upload.${client}`;
}
