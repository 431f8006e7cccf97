import type { RandomStream } from '../../../base/random.js';
import { type Canvas, colourise, soften } from './canvas.js';
import { latticePeriod } from './lattice.js';
import { drawMove, type Move } from './scenes/move.js';
import { textures, type TextureName } from './textures/registry.js';
import type { Texture } from './textures/texture.js';
import { cosine, mix, sine } from './wave.js';
import type { SyntheticWorld } from './world.js';

/** How much the parts under the camera differ in how they lie: ± turns, ± relative size. */
const rotationJitter = 0.006;
const scaleJitter = 0.03;

/** The surface as the lens shows it: each image lies elsewhere on the plane, a little turned and scaled. */
export function paintSurface(
  world: SyntheticWorld,
  family: TextureName,
  size: number,
  random: RandomStream,
): Canvas {
  const texture: Texture = textures[family];
  const originU = random.uniform() * latticePeriod;
  const originV = random.uniform() * latticePeriod;
  const angle = world.orientation + rotationJitter * (2 * random.uniform() - 1);
  const scale = world.featureScale * (1 + scaleJitter * (2 * random.uniform() - 1));
  const step = texture.featuresAcross / (scale * size);
  const stepU = step * cosine(angle);
  const stepV = step * sine(angle);
  const placeOf = (x: number, y: number) =>
    [originU + x * stepU - y * stepV, originV + x * stepV + y * stepU] as const;

  const paint = (tone: Texture['tone']) => {
    const tones = new Float32Array(size * size);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const u = originU + x * stepU - y * stepV;
        const v = originV + x * stepV + y * stepU;
        tones[y * size + x] = tone(u, v);
      }
    }
    return colourise(soften(tones, size, world.blur), world.ramp);
  };
  const colours = paint(texture.tone);
  const { elements } = texture;
  if (!elements) return { size, colours };
  return {
    size,
    colours,
    misplace(strength, defectRandom) {
      const near = placeOf(
        size * mix(0.25, 0.75, defectRandom.uniform()),
        size * mix(0.25, 0.75, defectRandom.uniform()),
      );
      const centre = elements.centreNear(...near);
      const move: Move = drawMove(elements, strength, defectRandom);
      return paint((u, v) => elements.toneMoved(u, v, centre, move));
    },
  };
}
