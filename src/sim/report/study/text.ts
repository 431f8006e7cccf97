import type { MeanAndDeviation } from '../../statistics/mean-deviation.js';
import type { AxisValue } from '../../study/study-file.js';
import { formatScore } from '../format.js';

/** "clients=4, method=local"; the value alone where there is one axis. */
export function rowLabel(axes: Readonly<Record<string, AxisValue>>, names: readonly string[]): string {
  if (names.length === 1) return valueText(axes[names[0]]);
  return names.map((name) => `${name}=${valueText(axes[name])}`).join(', ');
}

export function valueText(value: AxisValue | undefined): string {
  return value === null || value === undefined ? '–' : String(value);
}

/** ".873 ± .012"; the mean alone where there is no deviation, "n/a" where there is no mean. */
export function spreadScore({ mean, deviation }: MeanAndDeviation): string {
  return deviation === null ? formatScore(mean) : `${formatScore(mean)} ± ${formatScore(deviation)}`;
}
