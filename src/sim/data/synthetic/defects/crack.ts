import type { RandomStream } from '../../../../base/random.js';
import { cosine, mix, sine } from '../wave.js';
import { blendCovered, type Defect } from './defect.js';
import { placeOnSubject } from './place.js';
import { addStroke, type Point } from './strokes.js';

/** A jagged dark line with a branch. */
export const crack: Defect = (canvas, { extent, contrast, scale }, random) => {
  const { size, subject } = canvas;
  const coverage = new Float32Array(size * size);
  const length = mix(0.26, 0.55, extent) * scale;
  const heading = random.uniform();
  // Starting half a length before a place near the middle keeps the crack on the canvas.
  const middle = subject
    ? placeOnSubject(subject, size, random)
    : [mix(0.35, 0.65, random.uniform()), mix(0.35, 0.65, random.uniform())];
  const start: Point = [
    size * (middle[0] - (length / 2) * cosine(heading)),
    size * (middle[1] - (length / 2) * sine(heading)),
  ];
  const walk = jaggedLine(start, heading, size * length, 9, random);
  const trunk = subject ? through(walk, [size * middle[0], size * middle[1]]) : walk;
  const fork = trunk[3 + random.integer(4)];
  const turn = (random.uniform() < 0.5 ? -1 : 1) * mix(0.09, 0.16, random.uniform());
  const branch = jaggedLine(fork, heading + turn, size * length * 0.4, 4, random);
  const width = Math.max(1.3, (size / 128) * mix(1.3, 2.2, extent));
  addStroke(coverage, size, trunk, width);
  addStroke(coverage, size, branch, width * 0.8);
  return blendCovered(canvas, coverage, (before) => before * (1 - 0.6 * contrast) - 0.04 * contrast);
};

/** The line moved so that its middle lies at a place: a jagged one may have walked off a thin object. */
function through(line: readonly Point[], [x, y]: Point): Point[] {
  const [middleX, middleY] = line[Math.floor(line.length / 2)];
  return line.map(([pointX, pointY]) => [pointX + x - middleX, pointY + y - middleY]);
}

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
