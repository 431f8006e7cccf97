/** Slow, literal versions of the metrics, written from their definitions and sharing no code with src/. */

export type Scores = Float32Array | Float64Array;

function falling(scores: Scores): number[] {
  return [...new Set(scores)].sort((a, b) => b - a);
}

/** Counts every pair of a defective and a normal sample. */
export function pairCountingAuroc(scores: Scores, labels: Uint8Array): number {
  let won = 0;
  let pairs = 0;
  for (let a = 0; a < scores.length; a++) {
    for (let b = 0; b < scores.length; b++) {
      if (!labels[a] || labels[b]) continue;
      pairs++;
      if (scores[a] > scores[b]) won += 1;
      else if (scores[a] === scores[b]) won += 0.5;
    }
  }
  return won / pairs;
}

function detected(scores: Scores, labels: Uint8Array, threshold: number) {
  let hits = 0;
  let calls = 0;
  scores.forEach((score, index) => {
    if (score < threshold) return;
    calls++;
    if (labels[index]) hits++;
  });
  const positives = labels.reduce((sum, label) => sum + (label ? 1 : 0), 0);
  return { precision: hits / calls, recall: hits / positives };
}

export function enumeratedAveragePrecision(scores: Scores, labels: Uint8Array): number {
  let sum = 0;
  let recallBefore = 0;
  for (const threshold of falling(scores)) {
    const { precision, recall } = detected(scores, labels, threshold);
    sum += (recall - recallBefore) * precision;
    recallBefore = recall;
  }
  return sum;
}

/** The F1 of every threshold, from the highest down. */
export function enumeratedF1(scores: Scores, labels: Uint8Array): { threshold: number; f1: number }[] {
  return falling(scores).map((threshold) => {
    const { precision, recall } = detected(scores, labels, threshold);
    return { threshold, f1: recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
  });
}

/** Flood fill over the eight neighbours: each region as its list of pixels, in the order of the first pixels. */
export function floodRegions(mask: Uint8Array, width: number, height: number): number[][] {
  const seen = new Set<number>();
  const regions: number[][] = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || seen.has(start)) continue;
    seen.add(start);
    const region = [start];
    for (const pixel of region) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      for (const [dx, dy] of [
        [-1, -1],
        [0, -1],
        [1, -1],
        [-1, 0],
        [1, 0],
        [-1, 1],
        [0, 1],
        [1, 1],
      ]) {
        if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
        const neighbour = (y + dy) * width + x + dx;
        if (!mask[neighbour] || seen.has(neighbour)) continue;
        seen.add(neighbour);
        region.push(neighbour);
      }
    }
    regions.push(region);
  }
  return regions;
}

/** Binarises every map at every threshold, then integrates mean region overlap over false-positive rate to 0.3. */
export function thresholdedAupro(
  maps: Float32Array[],
  masks: (Uint8Array | null)[],
  width: number,
  height: number,
): number {
  const limit = 0.3;
  const regions = masks.flatMap((mask, map) =>
    mask ? floodRegions(mask, width, height).map((pixels) => ({ map, pixels })) : [],
  );
  const thresholds = falling(Float32Array.from(maps.flatMap((map) => [...map])));
  const curve = thresholds.map((threshold) => {
    let normal = 0;
    let flagged = 0;
    maps.forEach((map, index) =>
      map.forEach((score, pixel) => {
        if (masks[index]?.[pixel]) return;
        normal++;
        if (score >= threshold) flagged++;
      }),
    );
    const overlaps = regions.map(
      ({ map, pixels }) => pixels.filter((pixel) => maps[map][pixel] >= threshold).length / pixels.length,
    );
    return { x: flagged / normal, y: overlaps.reduce((sum, overlap) => sum + overlap, 0) / overlaps.length };
  });
  let area = 0;
  let before = { x: 0, y: 0 };
  for (const point of curve) {
    if (before.x >= limit) break;
    const slope = point.x === before.x ? 0 : (point.y - before.y) / (point.x - before.x);
    const to = Math.min(point.x, limit);
    const yThere = point.x <= limit ? point.y : before.y + slope * (limit - before.x);
    area += ((to - before.x) * (before.y + yThere)) / 2;
    before = point;
  }
  return area / limit;
}
