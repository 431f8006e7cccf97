import type { RandomStream } from '../../../../base/random.js';
import type { Canvas } from '../canvas.js';
import { latticePeriod, valueNoise } from '../lattice.js';
import { clamp01, cosine, mix, sine } from '../wave.js';
import { placeOnSubject } from './place.js';

const faintest = 0.12;

/**
 * The coverage of an irregular, lengthened blob that lies wholly on the canvas, or about a place of the subject.
 * @param radius mean radius as a part of the image's width
 * @param softness width of the fading edge as a part of the radius, in (0, 1]
 * @returns size × size, in [0, 1]
 */
export function blobCoverage(
  { size, subject }: Canvas,
  radius: number,
  softness: number,
  random: RandomStream,
): Float32Array {
  const stretch = mix(1, 1.4, random.uniform());
  const margin = radius * stretch * 1.25;
  const [centreX, centreY] = subject
    ? placeOnSubject(subject, size, random)
    : [mix(margin, 1 - margin, random.uniform()), mix(margin, 1 - margin, random.uniform())];
  const angle = random.uniform();
  const cos = cosine(angle);
  const sin = sine(angle);
  const outline = random.uniform() * latticePeriod;

  const coverage = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const dx = ((x + 0.5) / size - centreX) / radius;
      const dy = ((y + 0.5) / size - centreY) / radius;
      if (dx * dx + dy * dy > 4) continue;
      const along = (dx * cos + dy * sin) / stretch;
      const across = (dy * cos - dx * sin) * stretch;
      const bump = 0.7 * (valueNoise(dx * 1.3 + outline, dy * 1.3) - 0.5);
      const covered = clamp01((1 - Math.sqrt(along * along + across * across) + bump) / softness + 0.5);
      if (covered >= faintest) coverage[y * size + x] = covered;
    }
  }
  return coverage;
}
