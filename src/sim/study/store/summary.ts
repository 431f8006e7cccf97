/** One run's figure and where in a table it belongs. */
export interface Observation {
  readonly row: string;
  readonly column: string;
  /** Null where it is not defined. */
  readonly value: number | null;
}

/** Of the runs that share a place. */
export interface Summary {
  /** Runs whose figure is defined. */
  readonly count: number;
  readonly mean: number;
  /** Of a sample (n − 1 below); null of one run. */
  readonly deviation: number | null;
}

/** Mean and deviation at every place that has a defined figure, by `placeOf`. Sums run in the given order. */
export function summarise(observations: readonly Observation[]): ReadonlyMap<string, Summary> {
  const values = new Map<string, number[]>();
  for (const { row, column, value } of observations) {
    if (value === null) continue;
    const place = placeOf(row, column);
    const present = values.get(place);
    if (present) present.push(value);
    else values.set(place, [value]);
  }
  return new Map([...values].map(([place, all]) => [place, summaryOf(all)]));
}

export function placeOf(row: string, column: string): string {
  return JSON.stringify([row, column]);
}

/** @param values at least one */
function summaryOf(values: readonly number[]): Summary {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : null };
}
