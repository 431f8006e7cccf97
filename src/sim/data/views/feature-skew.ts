import { z } from 'zod';
import { stream } from '../../../base/random.js';
import { identityView, type CameraView } from './camera-view.js';

const strength = z.number().min(0).max(1).default(0);

/** How much clients' cameras differ, quality by quality: 0 not at all, 1 as far as each says. */
export const featureSkewSchema = z.strictObject({
  lighting: strength.describe('1: exposure in [0.5, 1.5], brightness changing by up to 60 % over the side.'),
  colour: strength.describe('1: factors on red, green and blue in [0.75, 1.25].'),
  blur: strength.describe('1: Gaussian blur of up to 1.5 % of the side.'),
  noise: strength.describe('1: sensor noise of up to 20 grey levels.'),
  crop: strength.describe('1: sees down to 70 % of the side, anywhere.'),
  rotation: strength.describe('1: turned by up to 15° either way.'),
});

export type FeatureSkew = z.infer<typeof featureSkewSchema>;

/**
 * What a client's camera makes of one of its images. All but the noise is the client's: a function of seed and client.
 * Each quality draws from its own stream and its strength only scales the draw, so that changing one leaves the others.
 * @param imageId must be the same on every machine (a path relative to its set's folder)
 * @returns undefined when no quality has a strength: the image as it is
 */
export function viewOf(
  settings: FeatureSkew,
  seed: number,
  clientId: string,
  imageId: string,
): CameraView | undefined {
  const { lighting, colour, blur, noise, crop, rotation } = settings;
  if (Object.values(settings).every((value) => value === 0)) return undefined;

  const draws = (quality: keyof FeatureSkew) => {
    const random = stream(seed, 'view', clientId, quality);
    return {
      /** In [0, 1). */
      share: () => random.uniform(),
      /** In [−reach, reach). */
      around: (reach: number) => reach * (2 * random.uniform() - 1),
    };
  };
  const view: { -readonly [K in keyof CameraView]: CameraView[K] } = { ...identityView };
  if (lighting > 0) {
    const draw = draws('lighting');
    view.exposure = 1 + lighting * draw.around(0.5);
    view.gradient = lighting * 0.6 * draw.share();
    view.gradientDirection = draw.share();
  }
  if (colour > 0) {
    const draw = draws('colour');
    const factor = () => 1 + colour * draw.around(0.25);
    view.colour = [factor(), factor(), factor()];
  }
  if (blur > 0) view.blur = blur * 0.015 * draws('blur').share();
  if (noise > 0) {
    view.noise = noise * 20 * draws('noise').share();
    view.noiseSeed = JSON.stringify([seed, 'view', clientId, 'noise', imageId]);
  }
  if (crop > 0) {
    const draw = draws('crop');
    view.crop = 1 - crop * 0.3 * draw.share();
    view.cropX = draw.share();
    view.cropY = draw.share();
  }
  if (rotation > 0) view.rotation = rotation * draws('rotation').around(15 / 360);
  return view;
}
