/** A metric, or why it has none: a metric that is not defined is null, never a chance value such as 0.5. */
export type MetricValue =
  { readonly value: number; readonly reason?: undefined } | { readonly value: null; readonly reason: string };

/** A metric without a value. */
export function undefinedMetric(reason: string): { readonly value: null; readonly reason: string } {
  return { value: null, reason };
}

/** Why a metric over two classes is not defined, or undefined if it is; `unit` names what is counted. */
export function missingClass(
  defective: number,
  normal: number,
  unit: 'sample' | 'pixel' = 'sample',
): string | undefined {
  if (defective + normal === 0) return `no ${unit}s`;
  if (defective === 0) return `no defective ${unit}`;
  if (normal === 0) return `no normal ${unit}`;
  return undefined;
}
