import type { RunResult } from '../../result/run-result.js';
import { snakeCase, type Column } from './column.js';

export const views = ['own', 'global', 'unseen'] as const;
export type View = (typeof views)[number];

/** Metrics of a client in a view, as result.json names them, and what tables call them. */
export const viewMetrics = {
  imageAuroc: 'image AUROC',
  imageAp: 'image average precision',
  imageF1Max: 'image F1 max',
  imageF1MaxThreshold: 'threshold of image F1 max',
  pixelAuroc: 'pixel AUROC',
  aupro: 'AUPRO',
} as const;
export type ViewMetric = keyof typeof viewMetrics;

/** What a run is summed up by: a threshold has no mean worth having, and the worst client has no other place. */
const { imageF1MaxThreshold: _, ...averaged } = viewMetrics;
const headline = { ...averaged, worstImageAuroc: 'worst image AUROC' };

/** Pixels are scored in a detector's own view only. */
const pixelMetrics: readonly string[] = ['pixelAuroc', 'aupro'];

type Means = Readonly<Record<string, number | string | null | undefined>>;

/** `own_image_auroc` …: the means of a run, view by view. */
export function headlineColumns(): Column<{ readonly result: RunResult | null }>[] {
  return views.flatMap((view) =>
    Object.entries(headline)
      .filter(([metric]) => view !== 'global' || !pixelMetrics.includes(metric))
      .map(([metric, title]) => ({
        name: `${view}_${snakeCase(metric)}`,
        type: 'DOUBLE' as const,
        about:
          metric === 'worstImageAuroc'
            ? `Image AUROC of the worst client, view ${view}`
            : `Mean over clients: ${title}, view ${view}`,
        better: 'higher' as const,
        title: `${view} ${title}`,
        of: ({ result }: { readonly result: RunResult | null }) => {
          const means: Means | undefined = result?.mean[view];
          return means?.[metric] as number | null | undefined;
        },
      })),
  );
}
