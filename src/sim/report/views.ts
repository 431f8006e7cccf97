import type { ViewMetrics } from '../result/run-result.js';

/** The sets of images on which a federation is tested. */
export const viewNames = ['own', 'global', 'unseen'] as const;
export type ViewName = (typeof viewNames)[number];

/** Any view's figures, of a client or as the mean over clients. */
export type AnyView = Partial<ViewMetrics> & {
  readonly worstImageAuroc?: number | null;
  readonly worstImageAurocReason?: string;
};

/** What each view means, in a few words. */
export const viewNotes: Readonly<Record<ViewName, string>> = {
  own: 'clients on their own test images',
  global: 'clients on the test images of all clients',
  unseen: 'held-out clients, given only the last broadcast, on their own test images',
};

/** The metrics in the order of the tables' columns. */
export const metricColumns = [
  { key: 'imageAuroc', title: 'Image AUROC' },
  { key: 'worstImageAuroc', title: 'Worst client' },
  { key: 'imageAp', title: 'Image AP' },
  { key: 'imageF1Max', title: 'Image F1-max' },
  { key: 'pixelAuroc', title: 'Pixel AUROC' },
  { key: 'aupro', title: 'AUPRO' },
] as const;
export type MetricColumn = (typeof metricColumns)[number];

/** The views that are there, with their names. */
export function viewsOf(views: {
  readonly [name in ViewName]?: AnyView;
}): { name: ViewName; view: AnyView }[] {
  return viewNames.flatMap((name) => {
    const view = views[name];
    return view ? [{ name, view }] : [];
  });
}

/** The columns for which at least one view has something to say. */
export function columnsOf(views: readonly AnyView[]): MetricColumn[] {
  return metricColumns.filter(({ key }) => views.some((view) => view[key] !== undefined));
}
