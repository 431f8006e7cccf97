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
  const union = clients.filter(({ id }) => members.has(id));
  for (const client of union) addOwn(byCategory, scored, client, 'own');
  for (const client of union) addDetector(byCategory, scored, client.id, union, 'global');
  for (const client of clients) if (absent.has(client.id)) addOwn(byCategory, scored, client, 'unseen');
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

function addOwn(
  byCategory: Map<string, Category>,
  scored: FederationScores,
  client: ClientData,
  view: View,
): void {
  addDetector(byCategory, scored, client.id, [client], view);
}

/** What a detector says of each category among some clients' images. */
function addDetector(
  byCategory: Map<string, Category>,
  scored: FederationScores,
  detector: string,
  owners: readonly ClientData[],
  view: View,
): void {
  const parts = new Map<string, { scores: number[]; labels: number[] }>();
  for (const owner of owners) {
    const entry = scored.of(detector, owner.id);
    if (!entry) continue;
    const labels = labelsOf(owner);
    owner.test.forEach((image, at) => {
      const key = contentOf(image);
      let category = byCategory.get(key);
      if (!category) {
        const { source, category: name } = image;
        byCategory.set(key, (category = { source, category: name, images: new Set(), views: {} }));
      }
      category.images.add(image.id);
      let part = parts.get(key);
      if (!part) parts.set(key, (part = { scores: [], labels: [] }));
      part.scores.push(entry.scores[at]);
      part.labels.push(labels[at]);
    });
  }
  for (const [key, { scores, labels }] of parts) {
    const metrics = imageMetrics(Float32Array.from(scores), Uint8Array.from(labels));
    (byCategory.get(key)!.views[view] ??= []).push(metrics);
  }
}
