import type { ContentHash, Json } from '../../base/hash.js';
import type { Divergence } from './first-divergence.js';
import { payloadDifference, type PayloadDifference } from './payload-difference.js';

/** A payload's bytes, null where they are not kept any more. */
export type ReadPayload = (hash: ContentHash) => Promise<Uint8Array | null>;

/** What lies behind a field that names two different payloads. */
export interface ComparedPayload {
  /** The field, such as `payload` or `local.bank`. */
  readonly path: string;
  readonly a: ContentHash;
  readonly b: ContentHash;
  /** Whose bytes are not kept any more. */
  readonly missing: readonly ('a' | 'b')[];
  /** Null where one is missing. */
  readonly difference: PayloadDifference | null;
}

export interface ExplainedDivergence extends Divergence {
  readonly payloads: readonly ComparedPayload[];
}

const hashFields = new Set(['payload', 'setup', 'made', 'broadcast', 'local']);
const hashForm = /^[0-9a-f]{64}$/;

/** Looks behind the hashes that differ; one pair of payloads after the other, since they can be large. */
export async function explainDivergence(
  divergence: Divergence,
  readPayload: ReadPayload,
): Promise<ExplainedDivergence> {
  const payloads: ComparedPayload[] = [];
  for (const { path, a, b } of divergence.fields) {
    if (!hashFields.has(path.split('.')[0]) || !isHash(a) || !isHash(b)) continue;
    payloads.push({ path, a, b, ...(await comparePayloads(a, b, readPayload)) });
  }
  return { ...divergence, payloads };
}

async function comparePayloads(
  a: ContentHash,
  b: ContentHash,
  readPayload: ReadPayload,
): Promise<Pick<ComparedPayload, 'missing' | 'difference'>> {
  const [bytesA, bytesB] = [await readPayload(a), await readPayload(b)];
  if (bytesA && bytesB) return { missing: [], difference: payloadDifference(bytesA, bytesB) };
  return {
    missing: [...(bytesA ? [] : ['a' as const]), ...(bytesB ? [] : ['b' as const])],
    difference: null,
  };
}

function isHash(value: Json | undefined): value is ContentHash {
  return typeof value === 'string' && hashForm.test(value);
}
