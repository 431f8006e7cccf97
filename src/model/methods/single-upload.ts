import { vectorTensor, type TensorMap } from '../../base/tensor.js';
import { fingerprintOf } from '../../memory/change.js';
import { finishingStep, roundSteps } from './method.js';
import type { ClientContext, Inspection, MethodStep, ServerContext, StepResult, Upload } from './method.js';
import type { MethodSettings } from './settings.js';

/**
 * Uploads that are made once, because what they say does not change. Every round asks again, for whoever was not there
 * before; a client that finds the receipt of its upload in the broadcast answers with nothing. The server's own state
 * keeps what it made of an upload, so that clients which are absent later stay counted. An upload that comes too late is
 * made again.
 */

/** The rounds, and after them a step without uploads, in which the server makes something of what it has. */
export function collectingSteps(settings: MethodSettings): MethodStep[] {
  const [first, ...others] = roundSteps(settings);
  return [{ ...first, essential: true }, ...others, finishingStep('combine', settings, true)];
}

/** Client: the upload, unless it has arrived. @param make has to make the same whenever it is asked */
export async function uploadOnce(
  { hasLocal, local, received }: Pick<ClientContext, 'hasLocal' | 'local' | 'received'>,
  make: () => Promise<TensorMap>,
): Promise<StepResult> {
  if (hasLocal('sent') && received && Object.hasOwn(received, 'receipts')) {
    const [fingerprint] = local('sent').fingerprint.data;
    if (received.receipts.data.includes(fingerprint as never)) return {};
  }
  const message = await make();
  return { local: { sent: { fingerprint: vectorTensor(Int32Array.of(fingerprintOf(message))) } }, message };
}

/** Server: what came from clients that it had nothing of. */
export function newUploads({ uploads, hasLocal }: Pick<ServerContext, 'uploads' | 'hasLocal'>): Upload[] {
  return uploads.filter(
    ({ client, message }) => Object.keys(message).length > 0 && !hasLocal(entryOf(client)),
  );
}

/** Server: the receipts of all uploads up to now, as local entries and as the next broadcast. */
export function receiptsFor(
  { hasLocal, local }: Pick<ServerContext, 'hasLocal' | 'local'>,
  uploads: readonly Upload[],
): Required<Pick<StepResult, 'local' | 'message'>> {
  const fresh = uploads.map(({ client, message }) => ({ client, fingerprint: fingerprintOf(message) }));
  const known = hasLocal('receipts') ? (local('receipts').receipts.data as Int32Array) : [];
  const receipts = {
    receipts: vectorTensor(Int32Array.from([...known, ...fresh.map(({ fingerprint }) => fingerprint)])),
  };
  const entries = fresh.map(({ client, fingerprint }) => [
    entryOf(client),
    { fingerprint: vectorTensor(Int32Array.of(fingerprint)) },
  ]);
  return {
    local: { receipts, ...(Object.fromEntries(entries) as Record<string, TensorMap>) },
    message: receipts,
  };
}

/** After the first round an upload, or nothing. */
export function orNothing(inspect: (message: TensorMap, inspection: Inspection) => void): typeof inspect {
  return (message, inspection) => {
    if (Object.keys(message).length > 0) inspect(message, inspection);
  };
}

function entryOf(client: string): string {
  return `arrived.${client}`;
}
