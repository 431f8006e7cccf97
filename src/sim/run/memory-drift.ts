import type { BlobMap, BlobReference } from '../../base/blob.js';
import { decodeSafetensors } from '../../base/safetensors.js';
import type { TensorMap } from '../../base/tensor.js';
import { memoryDrift } from '../../memory/drift.js';
import type { MemoryBank } from '../../memory/memory-bank.js';
import { decodeBank, decodeMatrix } from '../../memory/wire.js';
import type { BlobStore } from './blob-store.js';

export interface MemoryDrifts {
  onStepDone(server: BlobMap, round: number): void;
  /** Undefined for the first global memory, and where there is none. */
  of(round: number): number | undefined;
}

/** Follows the server's global memory over the rounds. It is looked at from outside: no message or journal says it. */
export function createMemoryDrifts(store: BlobStore): MemoryDrifts {
  const drifts = new Map<number, number>();
  let last: { readonly blob: BlobReference; readonly bank: MemoryBank } | null = null;
  return {
    of: (round) => drifts.get(round),
    onStepDone(server, round) {
      if (!Object.hasOwn(server, 'memory')) return;
      if (server.memory.hash === last?.blob.hash) {
        drifts.set(round, 0);
        return;
      }
      const bank = bankIn(decodeSafetensors(store.get(server.memory), 'the global memory'));
      if (bank === null) return;
      const drift = last && memoryDrift(last.bank, bank);
      if (drift !== null) drifts.set(round, drift);
      last = { blob: server.memory, bank };
    },
  };
}

/** null where a method keeps something else under that name. */
function bankIn(tensors: TensorMap): MemoryBank | null {
  if (!['vectors', 'weights', 'variances'].every((name) => Object.hasOwn(tensors, name))) return null;
  const source = 'the server';
  return decodeBank(tensors, decodeMatrix(tensors, 'vectors', source).columns, source);
}
