import { invariant } from '../../../base/errors.js';
import { type RandomStream, stream } from '../../../base/random.js';
import type { Canvas } from './canvas.js';
import type { DefectStrength } from './defects/defect.js';
import { type DefectName, defects } from './defects/registry.js';
import { isTexture, sceneOf } from './families.js';
import { exposeCanvas } from './sensor.js';
import { paintScene } from './scenes/scene.js';
import { paintSurface } from './surface.js';
import { mix } from './wave.js';
import type { SyntheticWorld } from './world.js';

/** Which image of a client to render, and how. */
export interface ImageRequest {
  readonly seed: number | string;
  readonly clientId: string;
  readonly split: 'train' | 'test';
  readonly index: number;
  /** null for a normal image. */
  readonly defect: DefectName | null;
  /** Width and height in pixels, at least 32; 128 unless told. */
  readonly size?: number;
  /** Multiplies the contrast of defects: below 1 is harder, above 1 easier; 1 unless told. */
  readonly contrast?: number;
}

/** An image and where its defect lies. */
export interface SyntheticImage {
  /** size × size × 3 bytes: rows of red, green, blue. */
  readonly pixels: Uint8Array;
  /** size × size, 1 where the defect is; null on normal images. */
  readonly mask: Uint8Array | null;
  readonly size: number;
}

/** Where the contrast of defects is drawn from: the low end is hard to tell from noise. */
const contrastRange = [0.3, 1] as const;

/**
 * Renders one image. Surface, defect and sensor draw from streams of their own, so that an image equals its
 * defect-free twin (same address, defect null) byte for byte outside the mask.
 */
export function renderImage(world: SyntheticWorld, request: ImageRequest): SyntheticImage {
  const { seed, clientId, split, index, defect, size = 128, contrast = 1 } = request;
  invariant(Number.isInteger(size) && size >= 32, `image size ${size} is no integer from 32`);
  invariant(contrast > 0, `defect contrast ${contrast} is not positive`);
  const draws = (part: string) => stream(seed, 'image', clientId, split, index, part);

  const canvas = paintCanvas(world, size, draws('surface'));
  let mask: Uint8Array | null = null;
  if (defect !== null) {
    const random = draws(`defect:${defect}`);
    const strength: DefectStrength = {
      extent: random.uniform(),
      contrast: contrast * mix(contrastRange[0], contrastRange[1], random.uniform()),
      scale: world.defectSize ?? 1,
    };
    mask = defects[defect](canvas, strength, random);
  }
  return { pixels: exposeCanvas(world, canvas, draws('sensor')), mask, size };
}

/** What lies under the camera, before light, sensor and defects. */
export function paintCanvas(world: SyntheticWorld, size: number, random: RandomStream): Canvas {
  const { family } = world;
  return isTexture(family)
    ? paintSurface(world, family, size, random)
    : paintScene(sceneOf(family), world, size, random);
}
