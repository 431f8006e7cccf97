import type { RandomStream } from '../../../../base/random.js';
import { cosine, mix, sine } from '../wave.js';
import { blendCovered, type Defect } from './defect.js';
import { addStroke, type Point } from './strokes.js';

/** A jagged dark line with a branch. */
export const crack: Defect = (canvas, { extent, contrast }, random) => {
  const { size } = canvas;
  const coverage = new Float32Array(size * size);
  const length = mix(0.26, 0.55, extent);
  const heading = random.uniform();
  // Starting half a length before a place near the middle keeps the crack on the canvas.
  const start: Point = [
    size * (mix(0.35, 0.65, random.uniform()) - (length / 2) * cosine(heading)),
    size * (mix(0.35, 0.65, random.uniform()) - (length / 2) * sine(heading)),
  ];
  const trunk = jaggedLine(start, heading, size * length, 9, random);
  const fork = trunk[3 + random.integer(4)];
  const turn = (random.uniform() < 0.5 ? -1 : 1) * mix(0.09, 0.16, random.uniform());
  const branch = jaggedLine(fork, heading + turn, size * length * 0.4, 4, random);
  const width = Math.max(1.3, (size / 128) * mix(1.3, 2.2, extent));
  addStroke(coverage, size, trunk, width);
  addStroke(coverage, size, branch, width * 0.8);
  return blendCovered(canvas, coverage, (before) => before * (1 - 0.6 * contrast) - 0.04 * contrast);
};

/** A walk of `steps` equal steps, each up to 0.11 turns off the heading. */
function jaggedLine(from: Point, heading: number, length: number, steps: number, random: RandomStream) {
  const points: Point[] = [from];
  for (let step = 0; step < steps; step++) {
    const [x, y] = points[step];
    const angle = heading + 0.11 * (2 * random.uniform() - 1);
    points.push([x + (length / steps) * cosine(angle), y + (length / steps) * sine(angle)]);
  }
  return points;
}
