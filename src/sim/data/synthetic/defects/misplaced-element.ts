import { invariant } from '../../../../base/errors.js';
import type { Defect } from './defect.js';

/** Smaller differences are dropped: they would widen the mask by pixels in which nobody sees a defect. */
const faintest = 0.015;

/** An element of the scene lies aside, turned, or is one of another make. The mask is its old place and its new one. */
export const misplacedElement: Defect = ({ colours, misplace }, strength, random) => {
  invariant(misplace !== undefined, 'a scene without elements was asked to misplace one');
  const changed = misplace(strength, random);
  const mask = new Uint8Array(colours.length / 3);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const at = pixel * 3;
    const differs = [0, 1, 2].some((c) => Math.abs(changed[at + c] - colours[at + c]) >= faintest);
    if (!differs) continue;
    mask[pixel] = 1;
    for (let c = 0; c < 3; c++) colours[at + c] = changed[at + c];
  }
  return mask;
};
