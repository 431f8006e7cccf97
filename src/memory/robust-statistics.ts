/** Mean of what is left when a fifth of the values, at least one, is cut off at either end (Yin et al. 2018). */
export function trimmedMean(values: ArrayLike<number>): number {
  const ascending = Float64Array.from(values).sort();
  const cut = trimmedCount(ascending.length);
  let sum = 0;
  for (let at = cut; at < ascending.length - cut; at++) sum += ascending[at];
  return sum / (ascending.length - 2 * cut);
}

/** How many of `count` values (three or more) a trimmed mean cuts off at either end. */
export function trimmedCount(count: number): number {
  return Math.max(1, Math.floor(count / 5));
}

/** The middle value; of an even number, the mean of the two in the middle. NaN of none. */
export function median(values: ArrayLike<number>): number {
  const ascending = Float64Array.from(values).sort();
  const upper = ascending.length >> 1;
  if (ascending.length % 2 === 1) return ascending[upper];
  return (ascending[upper - 1] + ascending[upper]) / 2;
}
