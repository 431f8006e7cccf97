import { invariant } from '../../../../base/errors.js';
import type { RandomStream } from '../../../../base/random.js';

/** A place well on the subject, all alike likely; as parts of the image's width. */
export function placeOnSubject(
  subject: Float32Array,
  size: number,
  random: RandomStream,
): [x: number, y: number] {
  let count = 0;
  for (const covered of subject) if (covered > 0.9) count++;
  invariant(count > 0, 'a scene shows nothing of its object');
  let left = random.integer(count);
  let pixel = -1;
  while (left >= 0) {
    pixel++;
    if (subject[pixel] > 0.9) left--;
  }
  const x = pixel % size;
  return [(x + 0.5) / size, ((pixel - x) / size + 0.5) / size];
}
