import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../src/base/hash.js';
import { stream } from '../../../../src/base/random.js';
import { defectNames, defects } from '../../../../src/sim/data/synthetic/defects/registry.js';
import {
  type ImageRequest,
  paintCanvas,
  renderImage,
  type SyntheticImage,
} from '../../../../src/sim/data/synthetic/render.js';
import { defectsOf, familyNames } from '../../../../src/sim/data/synthetic/families.js';
import { textureNames } from '../../../../src/sim/data/synthetic/textures/registry.js';
import { worldOf } from '../../../../src/sim/data/synthetic/world.js';

const seed = 11;
const textureWorlds = textureNames.map((_, index) => worldOf(seed, index, `client-${index}`, 1));
const worlds = familyNames.map((_, index) => worldOf(seed, index, `client-${index}`, 1, familyNames));
const pairs = worlds.flatMap((world) =>
  defectsOf(world.family, defectNames).map((defect) => ({ world, family: world.family, defect })),
);
const showing = (defect: (typeof defectNames)[number]) =>
  pairs.filter((pair) => pair.defect === defect).map(({ world }) => world);

const painted = defectNames.filter((name) => name !== 'misplaced-element');

const golden: Record<string, string> = {
  weave: 'f5f34e41505c8f1d',
  wood: '77da484ead1f2560',
  metal: 'f041d34d30f2065f',
  stone: 'fa032d707e494eae',
  tiles: 'cbba08b45556aeee',
  grid: '1b61b93f0f4a56ed',
  screw: '3ecb40c033f5f90d',
  gear: '6fece8ec4876829f',
  pills: 'd25383d3b8b4442f',
  circuit: 'ad90dbc69898bf8f',
  cap: '8500127de903851e',
  nut: '0478ee9248b811fd',
  brain: 'cf92dcc65736eca0',
  retina: 'c7b9809566c18d53',
  chest: '3b396536a51f6695',
};

function request(changes: Partial<ImageRequest> = {}): ImageRequest {
  return { seed, clientId: 'client-0', split: 'test', index: 0, defect: null, ...changes };
}

/** The hash of an image's pixels and mask: comparing digests is far quicker than comparing arrays. */
function digest({ pixels, mask }: SyntheticImage): string {
  return sha256(sha256(pixels) + (mask ? sha256(mask) : ''));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

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
    const digests = textureWorlds.map((world) => digest(renderImage(world, request({ defect: 'spot' }))));
    expect(textureWorlds.map((world) => digest(renderImage(world, request({ defect: 'spot' }))))).toEqual(
      digests,
    );
    // Changes only when the look of the synthetic data is changed on purpose.
    expect(sha256(digests.join())).toBe('2358eae8b183f6da863ed4aba5b7501d1a201ae22004d7fb192df8f1b53a656f');
  });

  it.each(worlds)('gives these bytes of a small $family, on every machine', (world) => {
    const images = defectsOf(world.family, defectNames).map((defect) =>
      digest(renderImage(world, request({ size: 32, defect }))),
    );
    // Change only when the look of the synthetic data is changed on purpose; then bump syntheticVersion.
    expect(sha256(images.join()).slice(0, 16)).toBe(golden[world.family]);
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

  it.each(worlds)('uses the range of grey levels of $family without clipping much of it', (world) => {
    const { pixels, size, mask } = renderImage(world, request());
    expect(size).toBe(128);
    expect(mask).toBeNull();
    expect(pixels).toHaveLength(128 * 128 * 3);
    const clipped = pixels.filter((value) => value === 255 || (value === 0 && !world.grey)).length;
    expect(clipped / pixels.length).toBeLessThan(0.03);
    expect(new Set(pixels).size).toBeGreaterThan(60);
  });

  it('shows medical pictures without colour', () => {
    for (const world of worlds.filter(({ grey }) => grey)) {
      const { pixels } = renderImage(world, request());
      for (let at = 0; at < pixels.length; at += 3)
        if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2])
          throw new Error(`colour at ${at}`);
    }
  });

  it('refuses sizes and contrasts that mean nothing', () => {
    expect(() => renderImage(worlds[0], request({ size: 16 }))).toThrow(/image size 16/);
    expect(() => renderImage(worlds[0], request({ contrast: 0 }))).toThrow(/contrast 0/);
  });
});

describe('defects', () => {
  it.each(pairs)('$defect on $family changes only its mask, of a sensible size', ({ world, defect }) => {
    const areas: number[] = [];
    const seen: number[] = [];
    fc.assert(
      fc.property(fc.integer(), fc.nat(1000), fc.constantFrom(0.5, 1, 2), (imageSeed, index, defectSize) => {
        const address = request({ seed: imageSeed, index, size: 64 });
        const twin = renderImage(world, address);
        const image = renderImage({ ...world, defectSize }, { ...address, defect });
        const mask = image.mask!;
        let area = 0;
        for (let pixel = 0; pixel < mask.length; pixel++) {
          area += mask[pixel];
          if (mask[pixel] === 1) continue;
          for (let at = 3 * pixel; at < 3 * pixel + 3; at++)
            if (image.pixels[at] !== twin.pixels[at]) throw new Error(`pixel ${pixel} changed unmasked`);
        }
        expect(mask.every((value) => value === 0 || value === 1)).toBe(true);
        expect(area).toBeGreaterThan(3);
        expect(area / mask.length).toBeLessThan(0.4);
        if (defectSize !== 1) return;
        areas.push(area / mask.length);
        seen.push(difference(image.pixels, twin.pixels, mask));
      }),
      { numRuns: 10, seed: 5 },
    );
    expect(mean(areas)).toBeGreaterThan(0.0025);
    // A whole nut is a quarter of an image, old place and new.
    expect(mean(areas)).toBeLessThan(defect === 'misplaced-element' ? 0.3 : 0.08);
    // The mean of noise drawn anew would differ by a little more than its deviation.
    expect(mean(seen)).toBeGreaterThan(Math.min(world.noise, 5));
  });

  it.each(defectNames)('%s marks exactly the pixels it paints', (name) => {
    for (const world of showing(name)) {
      const before = paintCanvas(world, 96, stream(1, 'surface'));
      const after = { ...before, colours: before.colours.slice() };
      const mask = defects[name](after, { extent: 0.5, contrast: 0.6, scale: 1 }, stream(1, 'defect'));
      const changed = mask.map((_, pixel) =>
        [0, 1, 2].some((c) => after.colours[3 * pixel + c] !== before.colours[3 * pixel + c]) ? 1 : 0,
      );
      expect(sha256(mask)).toBe(sha256(changed));
    }
  });

  it.each(painted)('%s stands out more with more contrast, at the same place', (defect) => {
    for (const world of showing(defect)) {
      const twin = renderImage(world, request({ index: 3 }));
      const [faint, plain] = [0.4, 1].map((contrast) =>
        renderImage(world, request({ index: 3, defect, contrast })),
      );
      expect(sha256(faint.mask!)).toBe(sha256(plain.mask!));
      const seen = (image: typeof faint) => difference(image.pixels, twin.pixels, image.mask!);
      expect(seen(plain)).toBeGreaterThan(1.2 * seen(faint));
    }
  });

  it('misplaces further, or swaps for something less alike, with more contrast', () => {
    for (const world of showing('misplaced-element')) {
      const total = (contrast: number) =>
        mean(
          Array.from({ length: 6 }, (_, index) => {
            const twin = renderImage(world, request({ index, size: 64 }));
            const image = renderImage(
              world,
              request({ index, size: 64, defect: 'misplaced-element', contrast }),
            );
            return difference(image.pixels, twin.pixels);
          }),
        );
      expect(total(1)).toBeGreaterThan(1.1 * total(0.3));
    }
  });

  it.each(pairs)('$defect on $family grows with defectSize', ({ world, defect }) => {
    const sizes = defect === 'misplaced-element' ? [0.3, 1] : [0.8, 1.8];
    const [small, large] = sizes.map((defectSize) =>
      mean(
        Array.from({ length: 4 }, (_, index) => {
          const { mask } = renderImage({ ...world, defectSize }, request({ index, size: 64, defect }));
          return mask!.reduce((sum, value) => sum + value, 0);
        }),
      ),
    );
    expect(large).toBeGreaterThan(1.1 * small);
  });

  it('lie on the object', () => {
    for (const world of worlds) {
      const { subject } = paintCanvas(world, 96, stream(1, 'surface'));
      if (!subject) continue;
      expect(mean([...subject])).toBeGreaterThan(0.08);
      expect(mean([...subject])).toBeLessThan(0.95);
      for (let index = 0; index < 4; index++) {
        const canvas = paintCanvas(world, 96, stream(1, 'surface'));
        const mask = defects.spot(canvas, { extent: 0.5, contrast: 1, scale: 1 }, stream(1, 'defect', index));
        mask.forEach((marked, pixel) => {
          if (marked && subject[pixel] === 0) throw new Error(`${world.family}: spot on the ground`);
        });
      }
    }
  });

  it('grow with the image', () => {
    for (const { world, defect } of pairs) {
      const [small, large] = [64, 128].map((size) => {
        const mask = renderImage(world, request({ defect, size })).mask!;
        return mask.reduce((sum, value) => sum + value, 0) / mask.length;
      });
      expect(small / large).toBeGreaterThan(0.5);
      expect(small / large).toBeLessThan(3);
    }
  });
});
