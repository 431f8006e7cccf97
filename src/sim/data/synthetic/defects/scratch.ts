import type { RandomStream } from '../../../../base/random.js';
import { cosine, mix, sine } from '../wave.js';
import { blendCovered, type Defect } from './defect.js';
import { addStroke, type Point } from './strokes.js';

/** A slightly bent line that lays bare brighter, or leaves darker, material. */
export const scratch: Defect = (canvas, { extent, contrast }, random) => {
  const { size } = canvas;
  const coverage = new Float32Array(size * size);
  const width = Math.max(1.5, (size / 128) * mix(1.5, 2.6, extent));
  addStroke(coverage, size, bentLine(size, mix(0.28, 0.6, extent), random), width);
  const change = contrast * (random.uniform() < 0.5 ? 0.34 : -0.3);
  return blendCovered(canvas, coverage, (before) => before + change);
};

/** A parabola through the canvas. @param length as a part of the image's width */
function bentLine(size: number, length: number, random: RandomStream): Point[] {
  const angle = random.uniform();
  const bend = 0.12 * length * (2 * random.uniform() - 1);
  const margin = length / 2 + 0.04;
  const centreX = mix(margin, 1 - margin, random.uniform());
  const centreY = mix(margin, 1 - margin, random.uniform());
  return Array.from({ length: 9 }, (_, index) => {
    const t = index / 4 - 1;
    const along = (t * length) / 2;
    const aside = bend * (1 - t * t);
    return [
      size * (centreX + along * cosine(angle) - aside * sine(angle)),
      size * (centreY + along * sine(angle) + aside * cosine(angle)),
    ];
  });
}
