import { invariant } from '../../../base/errors.js';
import { stream } from '../../../base/random.js';
import { type TextureName, textureNames, textures } from './textures/registry.js';
import type { Ramp, Rgb } from './textures/texture.js';
import { mix } from './wave.js';

/** What all images of one client have in common: its product, its lamp and its camera. Plain data. */
export interface SyntheticWorld {
  readonly family: TextureName;
  readonly ramp: Ramp;
  /** Size of a feature relative to the family's own. */
  readonly featureScale: number;
  /** How far the surface is turned, in turns. */
  readonly orientation: number;
  /** Where the light falls brightest, in turns clockwise from the right. */
  readonly lightDirection: number;
  /** Relative change of brightness from the darker to the brighter side. */
  readonly lightGradient: number;
  readonly lightColour: Rgb;
  readonly exposure: number;
  /** Standard deviation of the sensor noise in grey levels (of 255). */
  readonly noise: number;
  /** 0 a sharp lens … 1 a 3×3 binomial blur. */
  readonly blur: number;
}

/** The qualities in which worlds differ gradually, and the range of each. */
const ranges = {
  tint: [0, 1],
  value: [0.88, 1.1],
  featureScale: [0.8, 1.3],
  orientation: [-0.11, 0.11],
  lightDirection: [0, 1],
  lightGradient: [0.06, 0.34],
  warmth: [-0.07, 0.07],
  exposure: [0.86, 1.06],
  noise: [1.5, 6],
  blur: [0, 1],
} as const;

type Qualities = Record<keyof typeof ranges, number>;

/**
 * The world of a client. Qualities lie on the line from the federation's common world (skew 0) to the client's own
 * (skew 1); the texture family is the client's own with probability `skew`. Own families cycle over all families by
 * client index, so that the first six clients make six different products at skew 1.
 * @param clientIndex the client's place in the federation, 0 …
 * @param skew in [0, 1]
 */
export function worldOf(
  seed: number | string,
  clientIndex: number,
  clientId: string,
  skew: number,
): SyntheticWorld {
  invariant(skew >= 0 && skew <= 1, `skew ${skew} is outside [0, 1]`);
  const common = drawQualities(seed, 'common');
  const own = drawQualities(seed, 'own', clientId);
  const quality = (name: keyof Qualities) => mix(common[name], own[name], skew);

  const commonFamily = stream(seed, 'world', 'common', 'family').integer(textureNames.length);
  const keepsOwnFamily = stream(seed, 'world', 'own', clientId, 'family').uniform() < skew;
  const family = textureNames[keepsOwnFamily ? clientIndex % textureNames.length : commonFamily];
  const warmth = quality('warmth');
  return {
    family,
    ramp: blendRamps(textures[family].ramps, quality('tint'), quality('value')),
    featureScale: quality('featureScale'),
    orientation: quality('orientation'),
    lightDirection: quality('lightDirection'),
    lightGradient: quality('lightGradient'),
    lightColour: [1 + warmth, 1, 1 - warmth],
    exposure: quality('exposure'),
    noise: quality('noise'),
    blur: quality('blur'),
  };
}

/** Each quality has its own stream, so that a new one leaves the others as they are. */
function drawQualities(seed: number | string, ...place: string[]): Qualities {
  const draws = Object.entries(ranges).map(([name, [low, high]]) => [
    name,
    mix(low, high, stream(seed, 'world', ...place, name).uniform()),
  ]);
  return Object.fromEntries(draws) as Qualities;
}

function blendRamps([first, second]: readonly [Ramp, Ramp], tint: number, value: number): Ramp {
  const stop = (index: number): Rgb => {
    const channel = (c: number) => mix(first[index][c], second[index][c], tint) * value;
    return [channel(0), channel(1), channel(2)];
  };
  return [stop(0), stop(1), stop(2)];
}
