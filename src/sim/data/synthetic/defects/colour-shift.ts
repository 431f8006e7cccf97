import { mix } from '../wave.js';
import { blobCoverage } from './blobs.js';
import { blendCovered, type Defect } from './defect.js';

/** Directions of discolouration: rust, verdigris, bluing, bleaching. */
const directions = [
  [0.11, -0.02, -0.08],
  [-0.08, 0.06, -0.03],
  [-0.07, -0.03, 0.1],
  [0.08, 0.09, 0.02],
] as const;

/** A discoloured blob; its texture stays as it is. */
export const colourShift: Defect = (canvas, { extent, contrast, scale }, random) => {
  const coverage = blobCoverage(canvas, mix(0.07, 0.125, extent) * scale, 0.4, random);
  const direction = directions[random.integer(directions.length)];
  return blendCovered(canvas, coverage, (before, channel) => before + contrast * direction[channel]);
};
