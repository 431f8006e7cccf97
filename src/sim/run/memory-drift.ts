import type { BlobMap, BlobReference } from '../../base/blob.js';
import { decodeSafetensors } from '../../base/safetensors.js';
import type { TensorMap } from '../../base/tensor.js';
import { memoryDrift } from '../../memory/drift.js';
import type { MemoryBank } from '../../memory/memory-bank.js';
import { decodeBank, decodeMatrix } from '../../memory/wire.js';
import type { StepRunner } from './step-runner.js';

export interface MemoryDrifts {
  onStepDone(server: BlobMap, round: number): void;
  /** Waits until all that was told is looked at. */
  settled(): Promise<void>;
  /** Undefined for the first global memory, and where there is none. */
  of(round: number): number | undefined;
}

/** Follows the server's global memory over the rounds. It is looked at from outside: no message or journal says it. */
export function createMemoryDrifts({ fetch }: Pick<StepRunner, 'fetch'>): MemoryDrifts {
  const drifts = new Map<number, number>();
  let last: { readonly blob: BlobReference; readonly bank: MemoryBank } | null = null;
  let looked = Promise.resolve();

  async function look(blob: BlobReference, round: number): Promise<void> {
    if (blob.hash === last?.blob.hash) {
      drifts.set(round, 0);
      return;
    }
    const { bytes } = await fetch(blob);
    const bank = bankIn(decodeSafetensors(bytes, 'the global memory'));
    if (bank === null) return;
    const drift = last && memoryDrift(last.bank, bank);
    if (drift !== null) drifts.set(round, drift);
    last = { blob, bank };
  }

  return {
    of: (round) => drifts.get(round),
    settled: () => looked,
    onStepDone(server, round) {
      if (!Object.hasOwn(server, 'memory')) return;
      looked = looked.then(() => look(server.memory, round));
      // Whoever waits for them hears of it.
      looked.catch(() => undefined);
    },
  };
}

/** null where a method keeps something else under that name. */
function bankIn(tensors: TensorMap): MemoryBank | null {
  if (!['vectors', 'weights', 'variances'].every((name) => Object.hasOwn(tensors, name))) return null;
  const source = 'the server';
  return decodeBank(tensors, decodeMatrix(tensors, 'vectors', source).columns, source);
}
