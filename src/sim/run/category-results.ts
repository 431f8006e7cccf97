import type { ClientData } from '../data/image.js';
import { contentOf, compareText } from '../data/partition/pool.js';
import type { CategoryResult, ViewMetrics } from '../result/run-result.js';
import { imageMetrics, labelsOf, meanMetrics } from './evaluation.js';
import type { Federation } from './federation.js';
import type { FederationScores } from './scores.js';

type View = 'own' | 'global' | 'unseen';

/** Image metrics of each category, a mean over the detectors that scored images of it, by view. */
export function categoryResults(
  scored: FederationScores,
  clients: readonly ClientData[],
  { evaluated, heldOut }: Pick<Federation, 'evaluated' | 'heldOut'>,
): CategoryResult[] {
  const members = new Set(evaluated);
  const absent = new Set(heldOut);
  const byCategory = new Map<string, Category>();
  const seen = new Set(scored.entries.map(({ images }) => images));
  const groupsOf = (ids: ReadonlySet<string>) =>
    clients.filter(({ id }) => ids.has(id) && seen.has(id)).map((client) => grouped(client, byCategory));
  const union = groupsOf(members);
  const apart = groupsOf(absent);
  for (const client of union) addDetector(byCategory, scored, client.id, [client], 'own');
  for (const client of union) addDetector(byCategory, scored, client.id, union, 'global');
  for (const client of apart) addDetector(byCategory, scored, client.id, [client], 'unseen');
  return [...byCategory]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { source, category, images, views }]) => ({
      source,
      category,
      testImages: images.size,
      ...Object.fromEntries(
        Object.entries(views).map(([view, metrics]) => {
          const { worstImageAuroc: _, worstImageAurocReason: __, ...mean } = meanMetrics(metrics);
          return [view, { detectors: metrics.length, ...mean }];
        }),
      ),
    }));
}

interface Category {
  readonly source: string;
  readonly category: string;
  readonly images: Set<string>;
  readonly views: Partial<Record<View, ViewMetrics[]>>;
}

/** A client's test images by category. */
interface Grouped {
  readonly id: string;
  readonly labels: Uint8Array;
  readonly places: ReadonlyMap<string, readonly number[]>;
}

/** Looked at once, however many detectors score them; notes the categories that it meets. */
function grouped(client: ClientData, byCategory: Map<string, Category>): Grouped {
  const places = new Map<string, number[]>();
  client.test.forEach((image, at) => {
    const key = contentOf(image);
    let category = byCategory.get(key);
    if (!category) {
      const { source, category: name } = image;
      byCategory.set(key, (category = { source, category: name, images: new Set(), views: {} }));
    }
    category.images.add(image.id);
    const group = places.get(key);
    if (group) group.push(at);
    else places.set(key, [at]);
  });
  return { id: client.id, labels: labelsOf(client), places };
}

/** What a detector says of each category among some clients' images. */
function addDetector(
  byCategory: ReadonlyMap<string, Category>,
  scored: FederationScores,
  detector: string,
  owners: readonly Grouped[],
  view: View,
): void {
  const parts = new Map<string, { scores: number[]; labels: number[] }>();
  for (const { id, labels, places } of owners) {
    const entry = scored.of(detector, id);
    if (!entry) continue;
    for (const [key, group] of places) {
      let part = parts.get(key);
      if (!part) parts.set(key, (part = { scores: [], labels: [] }));
      for (const at of group) {
        part.scores.push(entry.scores[at]);
        part.labels.push(labels[at]);
      }
    }
  }
  for (const [key, { scores, labels }] of parts) {
    const metrics = imageMetrics(Float32Array.from(scores), Uint8Array.from(labels));
    (byCategory.get(key)!.views[view] ??= []).push(metrics);
  }
}
