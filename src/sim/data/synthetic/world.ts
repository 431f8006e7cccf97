import { invariant } from '../../../base/errors.js';
import { stream } from '../../../base/random.js';
import { type FamilyName, isMedical, isTexture, sceneOf } from './families.js';
import { type TextureName, textureNames, textures } from './textures/registry.js';
import type { Ramp, Rgb } from './textures/texture.js';
import { mix } from './wave.js';

/** What all images of one client have in common: its product, its lamp and its camera. Plain data. */
export interface SyntheticWorld {
  readonly family: FamilyName;
  /** The colours of the surface, or of the ground that an object lies on. */
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
  /** Objects: the colours of their materials. */
  readonly parts?: readonly Ramp[];
  /** Objects and medical pictures: which form of the product, in [0, 1]. */
  readonly form?: number;
  /** The camera sees no colours. */
  readonly grey?: true;
  /** Factor on the extents of defects; left out: 1. */
  readonly defectSize?: number;
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

/** Those that scenes have besides. */
const sceneRanges = { form: [0, 1], partTint: [0, 1], partValue: [0.92, 1.06] } as const;

type Ranges = Readonly<Record<string, readonly [low: number, high: number]>>;
type Qualities = Readonly<Record<keyof typeof ranges | keyof typeof sceneRanges, number>>;

/**
 * The world of a client. Qualities lie on the line from the federation's common world (skew 0) to the client's own
 * (skew 1); the family is the client's own with probability `skew`. Own families cycle over all families by client
 * index, so that the first six clients make six different products of six families at skew 1.
 * @param clientIndex the client's place in the federation, 0 …
 * @param skew in [0, 1]
 */
export function worldOf(
  seed: number | string,
  clientIndex: number,
  clientId: string,
  skew: number,
  families: readonly FamilyName[] = textureNames,
): SyntheticWorld {
  return drawWorld(commonWorld(seed, families), clientIndex, clientId, skew);
}

/** What all clients of a federation draw from; reckoned once for all of them. */
export interface CommonWorld {
  readonly seed: number | string;
  readonly families: readonly FamilyName[];
  readonly family: FamilyName;
  readonly qualities: Qualities;
}

export function commonWorld(seed: number | string, families: readonly FamilyName[]): CommonWorld {
  const family = families[stream(seed, 'world', 'common', 'family').integer(families.length)];
  return { seed, families, family, qualities: drawQualities({ ...ranges, ...sceneRanges }, seed, 'common') };
}

/** As worldOf, from a common world that is there already. */
export function drawWorld(
  common: CommonWorld,
  clientIndex: number,
  clientId: string,
  skew: number,
): SyntheticWorld {
  const { seed, families } = common;
  invariant(skew >= 0 && skew <= 1, `skew ${skew} is outside [0, 1]`);
  const keepsOwnFamily = stream(seed, 'world', 'own', clientId, 'family').uniform() < skew;
  const family = keepsOwnFamily ? families[clientIndex % families.length] : common.family;
  const wanted = isTexture(family) ? ranges : { ...ranges, ...sceneRanges };
  const own = drawQualities(wanted, seed, 'own', clientId);
  const quality = (name: keyof Qualities) => mix(common.qualities[name], own[name], skew);
  const warmth = quality('warmth');
  const [first, second] = isTexture(family)
    ? textures[family].ramps
    : sceneOf(family).palettes.map(({ ground }) => ground);
  const world: SyntheticWorld = {
    family,
    ramp: blendRamps([first, second], quality('tint'), quality('value')),
    featureScale: quality('featureScale'),
    orientation: quality('orientation'),
    lightDirection: quality('lightDirection'),
    lightGradient: quality('lightGradient'),
    lightColour: [1 + warmth, 1, 1 - warmth],
    exposure: quality('exposure'),
    noise: quality('noise'),
    blur: quality('blur'),
  };
  if (isTexture(family)) return world;
  const scene = { ...world, form: quality('form'), parts: blendParts(family, quality) };
  // What fills the image is laid out straight by a fixture, or its corners would lie outside.
  if (!isMedical(family)) return { ...scene, orientation: world.orientation / 4 };
  // Film and scanner stand straighter still, see no colours, and light up more evenly than a lamp.
  const lamp = {
    lightGradient: world.lightGradient / 2,
    lightColour: [1, 1, 1] as const,
    grey: true as const,
  };
  return { ...scene, ...lamp, orientation: world.orientation / 8 };
}

/** Each quality has its own stream, so that a new one leaves the others as they are. */
function drawQualities(wanted: Ranges, seed: number | string, ...place: string[]): Qualities {
  const draws = Object.entries(wanted).map(([name, [low, high]]) => [
    name,
    mix(low, high, stream(seed, 'world', ...place, name).uniform()),
  ]);
  return Object.fromEntries(draws) as Qualities;
}

function blendParts(
  family: Exclude<FamilyName, TextureName>,
  quality: (name: keyof Qualities) => number,
): Ramp[] {
  const [first, second] = sceneOf(family).palettes;
  return first.parts.map((part, index) =>
    blendRamps([part, second.parts[index]], quality('partTint'), quality('partValue')),
  );
}

function blendRamps([first, second]: readonly [Ramp, Ramp], tint: number, value: number): Ramp {
  const stop = (index: number): Rgb => {
    const channel = (c: number) => mix(first[index][c], second[index][c], tint) * value;
    return [channel(0), channel(1), channel(2)];
  };
  return [stop(0), stop(1), stop(2)];
}
