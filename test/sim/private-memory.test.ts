import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../src/base/safetensors.js';
import { decodeDetector } from '../../src/model/score/detector.js';
import type { FinishedRun } from '../../src/sim/run/run-scenario.js';
import { runTiny } from '../support/tiny.js';

const wanted = { method: { privateMemory: 'when-familiar', memory: { local: 30, upload: 10, global: 3 } } };

function detectorOf({ states, store }: FinishedRun, client: string) {
  const { detector } = states.clients.get(client)!;
  return decodeDetector(decodeSafetensors(store.get(detector), 'it'), 'linear');
}

describe('a private memory', () => {
  it('stays at the client: not a byte more is sent, and the rounds are the same', async () => {
    const without = await runTiny({ method: { ...wanted.method, privateMemory: 'none' } });
    const own = await runTiny(wanted);
    const spent = ({ result: { bytes, rounds } }: FinishedRun) => [
      bytes,
      rounds.map(({ bytesUp, bytesDown, loss, memoryDrift }) => [bytesUp, bytesDown, loss, memoryDrift]),
    ];
    expect(spent(own)).toEqual(spent(without));
    expect(detectorOf(without, 'client-1')).not.toHaveProperty('own');
    // A global memory of three slots knows three products worse than each client its own.
    const pair = detectorOf(own, 'client-1');
    expect(pair).toHaveProperty('own');
    if (!('own' in pair)) return;
    expect(pair.shared).toEqual(detectorOf(without, 'client-1'));
    expect(pair.own.space).not.toEqual(pair.shared.space);
    expect(pair.own.generator).toBe('none');
  });

  it('is not made where the federation knows a client’s products better, nor without calibration', async () => {
    // Everybody has the same product, and the global memory is far larger than a bank.
    const same = await runTiny({
      data: { families: ['grid'], skew: 0 },
      method: { ...wanted.method, memory: { local: 3, upload: 3, global: 9 }, rounds: 0 },
    });
    expect(detectorOf(same, 'client-1')).not.toHaveProperty('own');
    const plain = await runTiny({ method: { ...wanted.method, calibration: 'none', rounds: 0 } });
    expect(detectorOf(plain, 'client-1')).not.toHaveProperty('own');
  });

  it('has the same bits whoever computes it', async () => {
    const inline = await runTiny({ ...wanted, seed: 7 }, { results: 'off' });
    const threads = await runTiny({ ...wanted, seed: 7 }, { results: 'off', workers: 2 });
    expect(threads.result.journalDigest).toBe(inline.result.journalDigest);
    expect(threads.result.mean).toEqual(inline.result.mean);
  });
});
