/** Mean and sample standard deviation (divisor n − 1); null where n is too small for them. */
export interface MeanAndDeviation {
  readonly n: number;
  readonly mean: number | null;
  readonly deviation: number | null;
}

/** Of the values that are defined: null, undefined and numbers that are not finite don't count. */
export function meanAndDeviation(values: readonly (number | null | undefined)[]): MeanAndDeviation {
  const defined = values.filter((value) => typeof value === 'number').filter(Number.isFinite);
  const n = defined.length;
  if (n === 0) return { n, mean: null, deviation: null };
  const mean = sum(defined) / n;
  if (n === 1) return { n, mean, deviation: null };
  const squares = sum(defined.map((value) => (value - mean) * (value - mean)));
  return { n, mean, deviation: Math.sqrt(squares / (n - 1)) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
