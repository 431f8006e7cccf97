/**
 * P(W ≤ bound) for the sum W of the ranks 1 … n whose sign is positive, each with probability ½: subsets of the ranks
 * are counted by their sum, one rank after another. Counts are exact below n = 54.
 */
export function signedRankCdf(bound: number, n: number): number {
  const highest = (n * (n + 1)) / 2;
  const last = Math.min(Math.floor(bound), highest);
  const subsets = new Float64Array(highest + 1);
  subsets[0] = 1;
  for (let rank = 1; rank <= n; rank++)
    for (let sum = highest; sum >= rank; sum--) subsets[sum] += subsets[sum - rank];
  let count = 0;
  for (let sum = 0; sum <= last; sum++) count += subsets[sum];
  return count / 2 ** n;
}
