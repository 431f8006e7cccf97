import { spreadScore } from '../report/study/text.js';
import type { RunResult } from '../result/run-result.js';
import { meanAndDeviation } from '../statistics/mean-deviation.js';
import { table } from './table.js';

type Metric = 'imageAuroc' | 'worstImageAuroc' | 'pixelAuroc' | 'aupro';

/** The table that ends runs of several seeds: mean ± standard deviation over the seeds for which a metric is defined. */
export function seedTable(results: readonly RunResult[]): string {
  const rows = (['own', 'global', 'unseen'] as const)
    .filter((view) => results.some(({ mean }) => mean[view]))
    .map((view) => {
      const spread = (metric: Metric) => {
        const values = results.map(({ mean }) => {
          const metrics: Partial<Record<Metric, number | null>> | undefined = mean[view];
          return metrics?.[metric];
        });
        const found = meanAndDeviation(values);
        return found.n === 0 ? spreadScore(found) : `${spreadScore(found)} (n=${found.n})`;
      };
      const pixels = view === 'global' ? ['–', '–'] : [spread('pixelAuroc'), spread('aupro')];
      return [view, spread('imageAuroc'), spread('worstImageAuroc'), ...pixels];
    });
  return table([['view', 'image AUROC', 'worst client', 'pixel AUROC', 'AUPRO'], ...rows]);
}
