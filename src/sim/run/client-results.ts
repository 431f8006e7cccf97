import { sharedFloats } from '../../base/tensor.js';
import { trainingImageCount, type ClientData, type ImageRecord } from '../data/image.js';
import type { ClientResult, RoundResult, RunResult } from '../result/run-result.js';
import type { PixelResult } from '../worker/jobs.js';
import type { Executor } from './executor.js';
import type { Federation } from './federation.js';
import type { Traffic } from './traffic.js';
import { meanMetrics, ownMetrics, unionMetrics } from './evaluation.js';
import type { FederationScores } from './scores.js';

/** Side of the anomaly maps on which pixel metrics are measured. */
export const mapSize = 256;

const reason = 'no test image of a set with masks';
const unmasked: PixelResult = {
  pixelAuroc: null,
  pixelAurocReason: reason,
  aupro: null,
  auproReason: reason,
};

/**
 * Metrics of every client that took part in anything, in the views it has: own and global, or unseen when it was held
 * out; none of one that was not evaluated.
 * @param pixelMetrics whether pixel metrics are measured, where any client's test images have masks
 */
export function clientResults(
  executor: Executor,
  scored: FederationScores,
  clients: readonly ClientData[],
  federation: Pick<Federation, 'evaluated' | 'heldOut' | 'segments'>,
  traffic: Traffic,
  pixelMetrics: boolean,
): Promise<ClientResult[]> {
  const { fleet } = federation.segments[federation.segments.length - 1];
  const evaluated = new Set(federation.evaluated);
  const heldOut = new Set(federation.heldOut);
  const union = clients.filter(({ id }) => evaluated.has(id));
  const shown = clients.filter(({ id }) => evaluated.has(id) || heldOut.has(id) || traffic.has(id));
  const measured =
    pixelMetrics && shown.some(({ id, test }) => scored.cells.has(id) && test.some(isOfMaskedSet));
  return Promise.all(
    shown.map(async (client): Promise<ClientResult> => {
      const cells = scored.cells.get(client.id);
      const { test } = client;
      const pixels = measured && cells ? await pixelsOf(executor, test, cells) : undefined;
      const facts = {
        id: client.id,
        heldOut: heldOut.has(client.id),
        trainImages: trainingImageCount(client),
        testImages: test.length,
        device: fleet.profileOf(client.id).preset,
        ...traffic.client(client.id),
      };
      if (!evaluated.has(client.id) && !facts.heldOut) return facts;
      const own = ownMetrics(scored, client, pixels);
      if (facts.heldOut) return { ...facts, unseen: own };
      return { ...facts, own, global: unionMetrics(scored, union, client.id) };
    }),
  );
}

/** Pixel metrics over those of a client's test images whose sets have masks; a good one of them has an empty mask. */
function pixelsOf(
  executor: Executor,
  test: readonly ImageRecord[],
  cells: Float32Array,
): PixelResult | Promise<PixelResult> {
  const masked = [...test.keys()].filter((at) => isOfMaskedSet(test[at]));
  if (masked.length === 0) return unmasked;
  if (masked.length === test.length) return executor.run({ kind: 'pixels', images: test, cells, mapSize });
  const size = cells.length / test.length;
  const chosen = sharedFloats(masked.length * size);
  masked.forEach((at, place) => {
    chosen.set(cells.subarray(at * size, (at + 1) * size), place * size);
  });
  return executor.run({ kind: 'pixels', images: masked.map((at) => test[at]), cells: chosen, mapSize });
}

function isOfMaskedSet({ mask }: ImageRecord): boolean {
  return mask.kind !== 'none';
}

export function meanResults(results: readonly ClientResult[]): RunResult['mean'] {
  const views = (['own', 'global', 'unseen'] as const).flatMap((view) => {
    const present = results.flatMap((result) => result[view] ?? []);
    return present.length > 0 ? [[view, meanMetrics(present)] as const] : [];
  });
  return Object.fromEntries(views);
}

/** A round's mean image AUROC in the wanted views. */
export function roundView(
  scored: FederationScores,
  clients: readonly ClientData[],
  evaluated: readonly string[],
  views: readonly ('own' | 'global')[],
): Pick<RoundResult, 'own' | 'global'> {
  const members = new Set(evaluated);
  const union = clients.filter(({ id }) => members.has(id));
  const mean = (view: 'own' | 'global') => {
    const metrics = union.map((client) =>
      view === 'own' ? ownMetrics(scored, client) : unionMetrics(scored, union, client.id),
    );
    const { imageAuroc, imageAurocReason } = meanMetrics(metrics);
    return { imageAuroc, ...(imageAurocReason && { imageAurocReason }) };
  };
  return {
    ...(views.includes('own') && { own: mean('own') }),
    ...(views.includes('global') && { global: mean('global') }),
  };
}
