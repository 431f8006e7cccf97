import { joined, lengthOf } from '../../base/tensor.js';
import { auroc } from '../../model/metrics/auroc.js';
import { averagePrecision } from '../../model/metrics/average-precision.js';
import { f1Max } from '../../model/metrics/f1-max.js';
import type { ClientData } from '../data/image.js';
import { revealLabel } from '../data/label.js';
import type { RunResult, ViewMetrics } from '../result/run-result.js';
import type { PixelResult } from '../worker/jobs.js';
import type { FederationScores } from './scores.js';

type ImageMetrics = Pick<ViewMetrics, 'imageAuroc' | 'imageAp' | 'imageF1Max'> & Partial<ViewMetrics>;

/** Image metrics of a set of scores. */
export function imageMetrics(scores: Float32Array, labels: Uint8Array): ImageMetrics {
  const area = auroc(scores, labels);
  const precision = averagePrecision(scores, labels);
  const best = f1Max(scores, labels);
  return {
    imageAuroc: area.value,
    ...(area.reason && { imageAurocReason: area.reason }),
    imageAp: precision.value,
    ...(precision.reason && { imageApReason: precision.reason }),
    imageF1Max: best.value,
    ...(best.reason ? { imageF1MaxReason: best.reason } : { imageF1MaxThreshold: best.threshold }),
  };
}

/** Labels of a client's test images, in their order; images that are drawn are listed once for all detectors. */
export function labelsOf(client: ClientData): Uint8Array {
  let labels = knownLabels.get(client);
  if (!labels) {
    labels = Uint8Array.from(client.test, (image) => revealLabel(image.label));
    knownLabels.set(client, labels);
  }
  return labels;
}
const knownLabels = new WeakMap<ClientData, Uint8Array>();

/** A client's detector on the union of the images of those clients it scored, in the order of the clients. */
export function unionMetrics(
  scored: FederationScores,
  clients: readonly ClientData[],
  detector: string,
): ImageMetrics {
  const parts = clients.flatMap((client) => {
    const entry = scored.of(detector, client.id);
    return entry ? [{ scores: entry.scores, labels: labelsOf(client) }] : [];
  });
  const scores = parts.map((part) => part.scores);
  const labels = parts.map((part) => part.labels);
  const count = lengthOf(scores);
  return imageMetrics(joined(scores, new Float32Array(count)), joined(labels, new Uint8Array(count)));
}

/** A client's detector on its own test images. */
export function ownMetrics(scored: FederationScores, client: ClientData, pixels?: PixelResult): ViewMetrics {
  const entry = scored.of(client.id, client.id);
  if (entry) return { ...imageMetrics(entry.scores, labelsOf(client)), ...pixels };
  if (client.test.length === 0) return imageMetrics(new Float32Array(), new Uint8Array());
  const reason = 'this client has no detector: it did not finish, or the method makes it none';
  const nothing = { imageAuroc: null, imageAp: null, imageF1Max: null };
  return { ...nothing, imageAurocReason: reason, imageApReason: reason, imageF1MaxReason: reason };
}

const averaged = ['imageAuroc', 'imageAp', 'imageF1Max', 'pixelAuroc', 'aupro'] as const;

/**
 * Means over the clients for which a metric is defined, and the worst client's image AUROC; null with the reason where
 * it is defined for none.
 */
export function meanMetrics(views: readonly ViewMetrics[]): NonNullable<RunResult['mean']['own']> {
  const mean: Record<string, number | string | null> = {};
  for (const name of averaged) {
    const present = views.filter((view) => view[name] !== undefined);
    if (present.length === 0 && (name === 'pixelAuroc' || name === 'aupro')) continue;
    const values = present.map((view) => view[name]).filter((value) => typeof value === 'number');
    mean[name] = values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
    if (values.length === 0) mean[`${name}Reason`] = 'defined for no client';
    if (name !== 'imageAuroc') continue;
    mean.worstImageAuroc = values.length > 0 ? Math.min(...values) : null;
    if (values.length === 0) mean.worstImageAurocReason = 'defined for no client';
  }
  return mean as unknown as NonNullable<RunResult['mean']['own']>;
}
