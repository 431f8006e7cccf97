import type { RandomStream } from '../../../../base/random.js';
import type { Canvas } from '../canvas.js';
import { cosine, mix, sine } from '../wave.js';
import { blendCovered, type Defect } from './defect.js';
import { placeOnSubject } from './place.js';
import { addStroke, type Point } from './strokes.js';

/** A slightly bent line that lays bare brighter, or leaves darker, material. */
export const scratch: Defect = (canvas, { extent, contrast, scale }, random) => {
  const { size } = canvas;
  const coverage = new Float32Array(size * size);
  const width = Math.max(1.5, (size / 128) * mix(1.5, 2.6, extent));
  addStroke(coverage, size, bentLine(canvas, mix(0.28, 0.6, extent) * scale, random), width);
  const change = contrast * (random.uniform() < 0.5 ? 0.34 : -0.3);
  return blendCovered(canvas, coverage, (before) => before + change);
};

/** A parabola through the canvas, about a place of the subject if there is one. @param length as a part of the image's width */
function bentLine({ size, subject }: Canvas, length: number, random: RandomStream): Point[] {
  const angle = random.uniform();
  const bend = 0.12 * length * (2 * random.uniform() - 1);
  const margin = length / 2 + 0.04;
  const [centreX, centreY] = subject
    ? placeOnSubject(subject, size, random)
    : [mix(margin, 1 - margin, random.uniform()), mix(margin, 1 - margin, random.uniform())];
  return Array.from({ length: 9 }, (_, index) => {
    const t = index / 4 - 1;
    const along = (t * length) / 2;
    // On a subject its middle, not its chord's, lies on the chosen place.
    const aside = bend * (subject ? -t * t : 1 - t * t);
    return [
      size * (centreX + along * cosine(angle) - aside * sine(angle)),
      size * (centreY + along * sine(angle) + aside * cosine(angle)),
    ];
  });
}
