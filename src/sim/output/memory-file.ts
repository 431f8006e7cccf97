import type { BlobMap } from '../../base/blob.js';
import { decodeSafetensors, encodeSafetensors } from '../../base/safetensors.js';
import { matrixTensor, type Tensor, type TensorMap, vectorTensor } from '../../base/tensor.js';
import { decodeMatrix, decodeBank } from '../../memory/wire.js';
import type { FinishedRun } from '../run/run-scenario.js';

/**
 * Memory and detectors of a run as one safetensors file.
 *
 * - `global.vectors` [slots × dimensions], `global.weights`, `global.variances`: the global memory G (F32)
 * - `clients.<id>.bank.vectors` … : a client's own bank B
 * - `clients.<id>.generator.<n>`: its generator's parameters, flat
 * - `clients.<id>.detector.anchors`, `.space.weights`, `.space.offset`, `.calibration.means`, `.calibration.deviations`,
 *   `.generator.<n>`: all it needs to score an image; of a detector that is a network, `.<network>.<n>` and
 *   `.<network>.constant` stand in the place of anchors, calibration and generator
 */
export function memoryFile({ states, store, result, scenario }: FinishedRun): Uint8Array {
  const tensors: Record<string, Tensor> = {};
  const read = (local: BlobMap, name: string): TensorMap | null =>
    Object.hasOwn(local, name) ? decodeSafetensors(store.get(local[name]), name) : null;
  const addBank = (prefix: string, bank: TensorMap | null) => {
    if (!bank) return;
    const { vectors, weights, variances } = decodeBank(
      bank,
      decodeMatrix(bank, 'vectors', prefix).columns,
      prefix,
    );
    tensors[`${prefix}.vectors`] = matrixTensor(vectors);
    tensors[`${prefix}.weights`] = vectorTensor(Float32Array.from(weights));
    tensors[`${prefix}.variances`] = vectorTensor(Float32Array.from(variances));
  };
  addBank('global', read(states.server, 'memory'));
  for (const [id, local] of states.clients) {
    addBank(`clients.${id}.bank`, read(local, 'bank'));
    for (const [name, tensor] of Object.entries(read(local, 'generator') ?? {})) {
      if (name.startsWith('parameter.'))
        tensors[`clients.${id}.generator.${name.slice('parameter.'.length)}`] = tensor;
    }
    for (const [name, tensor] of Object.entries(read(local, 'detector') ?? {})) {
      tensors[`clients.${id}.detector.${name}`] = tensor;
    }
  }
  return encodeSafetensors(tensors, {
    format: 'feddymem memory 1',
    scenario: result.scenario,
    method: result.method,
    seed: String(result.seed),
    generator: scenario.method.training.generator,
    journal: result.journalDigest,
  });
}

/** A client's detector tensors out of a memory file. */
export function detectorTensors(memory: TensorMap, client: string): TensorMap {
  const prefix = `clients.${client}.detector.`;
  const found = Object.entries(memory).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** Ids of the clients whose detectors a memory file holds. */
export function detectorClients(memory: TensorMap): string[] {
  const pattern = /^clients\.(.+)\.detector\.space\.weights$/;
  return Object.keys(memory)
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .sort();
}
