import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { stream } from '../../../src/base/random.js';
import { defectNames, defects } from '../../../src/sim/data/synthetic/defects/registry.js';
import {
  type ImageRequest,
  renderImage,
  type SyntheticImage,
} from '../../../src/sim/data/synthetic/render.js';
import { paintSurface } from '../../../src/sim/data/synthetic/surface.js';
import { textureNames } from '../../../src/sim/data/synthetic/textures/registry.js';
import { worldOf } from '../../../src/sim/data/synthetic/world.js';

const seed = 11;
const worlds = textureNames.map((_, index) => worldOf(seed, index, `client-${index}`, 1));
const pairs = worlds.flatMap((world) =>
  defectNames.map((defect) => ({ world, family: world.family, defect })),
);

function request(changes: Partial<ImageRequest> = {}): ImageRequest {
  return { seed, clientId: 'client-0', split: 'test', index: 0, defect: null, ...changes };
}

/** The hash of an image's pixels and mask: comparing digests is far quicker than comparing arrays. */
function digest({ pixels, mask }: SyntheticImage): string {
  return sha256(sha256(pixels) + (mask ? sha256(mask) : ''));
}

/** Mean absolute difference in grey levels over the pixels where `where` is 1 (or everywhere). */
function difference(a: Uint8Array, b: Uint8Array, where?: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < a.length; at++) {
    if (where && where[Math.floor(at / 3)] === 0) continue;
    sum += Math.abs(a[at] - b[at]);
    count++;
  }
  return sum / count;
}

describe('rendering', () => {
  it('gives the same bytes for the same address, on every machine', () => {
    const digests = worlds.map((world) => digest(renderImage(world, request({ defect: 'spot' }))));
    expect(worlds.map((world) => digest(renderImage(world, request({ defect: 'spot' }))))).toEqual(digests);
    // Changes only when the look of the synthetic data is changed on purpose.
    expect(sha256(digests.join())).toBe('2358eae8b183f6da863ed4aba5b7501d1a201ae22004d7fb192df8f1b53a656f');
  });

  it('gives other bytes at every other address', () => {
    const requests = [
      request(),
      request({ index: 1 }),
      request({ split: 'train' }),
      request({ clientId: 'client-1' }),
      request({ seed: 12 }),
    ];
    const digests = requests.map((wanted) => digest(renderImage(worlds[0], wanted)));
    expect(new Set(digests).size).toBe(requests.length);
  });

  it('does not change a client’s images when clients or images are added', () => {
    const alone = renderImage(worldOf(seed, 2, 'client-2', 0.8), request({ clientId: 'client-2', index: 5 }));
    for (let other = 0; other < 9; other++) {
      const clientId = `client-${other}`;
      const world = worldOf(seed, other, clientId, 0.8);
      for (const index of [4, 5, 6]) {
        const image = renderImage(world, request({ clientId, index }));
        expect(digest(image) === digest(alone)).toBe(clientId === 'client-2' && index === 5);
      }
    }
  });

  it('uses the range of grey levels without clipping much of it', () => {
    for (const world of worlds) {
      const { pixels, size, mask } = renderImage(world, request());
      expect(size).toBe(128);
      expect(mask).toBeNull();
      expect(pixels).toHaveLength(128 * 128 * 3);
      expect(pixels.filter((value) => value === 0 || value === 255).length / pixels.length).toBeLessThan(
        0.03,
      );
      expect(new Set(pixels).size).toBeGreaterThan(60);
    }
  });

  it('refuses sizes and contrasts that mean nothing', () => {
    expect(() => renderImage(worlds[0], request({ size: 16 }))).toThrow(/image size 16/);
    expect(() => renderImage(worlds[0], request({ contrast: 0 }))).toThrow(/contrast 0/);
  });
});

describe('defects', () => {
  it.each(pairs)('$defect on $family changes only its mask, of a sensible size', ({ world, defect }) => {
    for (let index = 0; index < 6; index++) {
      const image = renderImage(world, request({ index, defect }));
      const twin = renderImage(world, request({ index }));
      const mask = image.mask!;
      let area = 0;
      for (let pixel = 0; pixel < mask.length; pixel++) {
        area += mask[pixel];
        if (mask[pixel] === 1) continue;
        for (let at = 3 * pixel; at < 3 * pixel + 3; at++)
          if (image.pixels[at] !== twin.pixels[at]) throw new Error(`pixel ${pixel} changed unmasked`);
      }
      expect(mask.every((value) => value === 0 || value === 1)).toBe(true);
      expect(area / mask.length).toBeGreaterThan(0.003);
      expect(area / mask.length).toBeLessThan(0.08);
      expect(difference(image.pixels, twin.pixels, mask)).toBeGreaterThan(1);
    }
  });

  it.each(defectNames)('%s marks exactly the pixels it paints', (name) => {
    for (const world of worlds) {
      const before = paintSurface(world, 96, stream(1, 'surface'));
      const after = { size: 96, colours: before.colours.slice() };
      const mask = defects[name](after, { extent: 0.5, contrast: 0.6 }, stream(1, 'defect'));
      const changed = mask.map((_, pixel) =>
        [0, 1, 2].some((c) => after.colours[3 * pixel + c] !== before.colours[3 * pixel + c]) ? 1 : 0,
      );
      expect(sha256(mask)).toBe(sha256(changed));
    }
  });

  it.each(defectNames)('%s stands out more with more contrast, at the same place', (defect) => {
    for (const world of worlds) {
      const twin = renderImage(world, request({ index: 3 }));
      const [faint, plain] = [0.4, 1].map((contrast) =>
        renderImage(world, request({ index: 3, defect, contrast })),
      );
      expect(sha256(faint.mask!)).toBe(sha256(plain.mask!));
      const seen = (image: typeof faint) => difference(image.pixels, twin.pixels, image.mask!);
      expect(seen(plain)).toBeGreaterThan(1.2 * seen(faint));
    }
  });

  it('grow with the image', () => {
    for (const defect of defectNames) {
      const [small, large] = [64, 128].map((size) => {
        const mask = renderImage(worlds[1], request({ defect, size })).mask!;
        return mask.reduce((sum, value) => sum + value, 0) / mask.length;
      });
      expect(small / large).toBeGreaterThan(0.6);
      expect(small / large).toBeLessThan(2.2);
    }
  });
});
