/** Red, green and blue, 0 … 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Matplotlib's "inferno" at 17 equal steps: lightness rises all the way, so the order survives colour blindness and
 * grey print, and the cold end is dark, which lets the picture below show through.
 */
const anchors: readonly Rgb[] = [
  [0, 0, 4],
  [11, 7, 36],
  [33, 12, 74],
  [60, 10, 101],
  [87, 16, 109],
  [112, 25, 110],
  [137, 34, 106],
  [163, 44, 97],
  [187, 55, 85],
  [209, 69, 69],
  [228, 89, 51],
  [241, 114, 30],
  [250, 141, 11],
  [252, 171, 16],
  [249, 202, 51],
  [242, 232, 101],
  [252, 255, 164],
];

/** The colour of a share in [0, 1]; what lies outside takes the nearer end, NaN the cold one. */
export function colourOf(share: number): Rgb {
  const place = clampShare(share) * (anchors.length - 1);
  const below = Math.min(Math.floor(place), anchors.length - 2);
  const [from, to] = [anchors[below], anchors[below + 1]];
  const channel = (index: number) => Math.round(from[index] + (place - below) * (to[index] - from[index]));
  return [channel(0), channel(1), channel(2)];
}

/** Where a score lies between `low` (0) and `high` (1), clamped. An empty range is all cold. */
export function shareOf(score: number, low: number, high: number): number {
  return high > low ? clampShare((score - low) / (high - low)) : 0;
}

/** The map as a CSS gradient from cold (left) to hot (right), for legends. */
export function gradientCss(): string {
  return `linear-gradient(to right, ${anchors.map((colour) => `rgb(${colour.join(' ')})`).join(', ')})`;
}

function clampShare(share: number): number {
  return share > 0 ? Math.min(share, 1) : 0;
}
