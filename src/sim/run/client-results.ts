import type { ClientData } from '../data/image.js';
import type { ClientResult, RoundResult, RunResult } from '../result/run-result.js';
import type { Executor } from './executor.js';
import type { Federation } from './federation.js';
import type { Traffic } from './traffic.js';
import { meanMetrics, ownMetrics, unionMetrics } from './evaluation.js';
import type { FederationScores } from './scores.js';

/** Side of the anomaly maps on which pixel metrics are measured. */
export const mapSize = 256;

/**
 * Every client's metrics in the views it has: own and global, or unseen when it was held out.
 * @param pixelMetrics whether pixel metrics are measured, where all of a client's test images have masks
 */
export function clientResults(
  executor: Executor,
  scored: FederationScores,
  clients: readonly ClientData[],
  { participants, segments }: Federation,
  traffic: Traffic,
  pixelMetrics: boolean,
): Promise<ClientResult[]> {
  const { fleet } = segments[segments.length - 1];
  const union = clients.filter(({ id }) => participants.includes(id));
  return Promise.all(
    clients.map(async (client): Promise<ClientResult> => {
      const heldOut = !participants.includes(client.id);
      const cells = scored.cells.get(client.id);
      const masked = client.test.length > 0 && client.test.every((image) => image.mask.kind !== 'none');
      const pixels =
        pixelMetrics && cells && masked
          ? await executor.run({ kind: 'pixels', images: client.test, cells, mapSize })
          : undefined;
      const facts = {
        id: client.id,
        heldOut,
        trainImages: client.train.length,
        testImages: client.test.length,
        device: fleet.profileOf(client.id).preset,
        ...traffic.client(client.id),
      };
      const own = ownMetrics(scored, client, pixels);
      if (heldOut) return { ...facts, unseen: own };
      return { ...facts, own, global: unionMetrics(scored, union, client.id) };
    }),
  );
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
  participants: readonly string[],
  views: readonly ('own' | 'global')[],
): Pick<RoundResult, 'own' | 'global'> {
  const union = clients.filter(({ id }) => participants.includes(id));
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
