import { describe, expect, it } from 'vitest';
import { familyNames } from '../../../../src/sim/data/synthetic/families.js';
import { renderImage } from '../../../../src/sim/data/synthetic/render.js';
import { textureNames } from '../../../../src/sim/data/synthetic/textures/registry.js';
import { worldOf } from '../../../../src/sim/data/synthetic/world.js';

const clients = Array.from({ length: 6 }, (_, index) => `plant-${index}`);

function worlds(seed: number, skew: number) {
  return clients.map((id, index) => worldOf(seed, index, id, skew));
}

/** Mean red, green and blue of a client's first normal image. */
function meanColour(seed: number, index: number, skew: number): number[] {
  const clientId = clients[index];
  const world = worldOf(seed, index, clientId, skew);
  const { pixels } = renderImage(world, {
    seed,
    clientId,
    split: 'train',
    index: 0,
    defect: null,
    size: 48,
  });
  const sums = [0, 0, 0];
  pixels.forEach((value, at) => (sums[at % 3] += value));
  return sums.map((sum) => (3 * sum) / pixels.length);
}

/** Mean absolute difference of mean colours over all pairs of clients. */
function spread(seed: number, skew: number): number {
  const colours = clients.map((_, index) => meanColour(seed, index, skew));
  let sum = 0;
  let count = 0;
  for (let a = 0; a < colours.length; a++) {
    for (let b = 0; b < a; b++) {
      for (let c = 0; c < 3; c++) {
        sum += Math.abs(colours[a][c] - colours[b][c]);
        count++;
      }
    }
  }
  return sum / count;
}

describe('synthetic worlds', () => {
  it('are all alike at skew 0', () => {
    for (const seed of [1, 2, 3])
      for (const world of worlds(seed, 0)) expect(world).toEqual(worlds(seed, 0)[0]);
  });

  it('make six different products at skew 1, whatever the seed', () => {
    for (const seed of [1, 2, 3]) {
      const families = worlds(seed, 1).map(({ family }) => family);
      expect(families).toEqual([...textureNames]);
    }
  });

  it('move gradually from the common world to their own', () => {
    const [none, half, full] = [0, 0.5, 1].map((skew) => worldOf(4, 2, 'plant-2', skew));
    for (const quality of ['noise', 'exposure', 'featureScale', 'lightDirection'] as const)
      expect(half[quality]).toBeCloseTo((none[quality] + full[quality]) / 2, 12);
  });

  it('take on their own families one by one as the skew grows', () => {
    const common = worldOf(5, 0, 'x', 0).family;
    const share = (skew: number) => {
      const other = (familyNames.indexOf(common) + 1) % textureNames.length;
      const own = Array.from({ length: 200 }, (_, client) => worldOf(5, other, `c${client}`, skew).family);
      return own.filter((family) => family !== common).length / own.length;
    };
    expect(share(0.3)).toBeGreaterThan(0.15);
    expect(share(0.3)).toBeLessThan(0.45);
    expect(share(0.7)).toBeGreaterThan(share(0.3));
  });

  it('look different at skew 1 and alike at skew 0', () => {
    for (const seed of [1, 2]) expect(spread(seed, 1)).toBeGreaterThan(3 * spread(seed, 0));
  });

  it('cycle over the chosen families, scenes among them', () => {
    const families = clients.map((id, index) => worldOf(1, index, id, 1, ['gear', 'brain', 'wood']).family);
    expect(families).toEqual(['gear', 'brain', 'wood', 'gear', 'brain', 'wood']);
  });

  it('of scenes are all alike at skew 0, and move gradually to their own', () => {
    const [none, half, full] = [0, 0.5, 1].map((skew) => worldOf(4, 2, 'plant-2', skew, ['circuit']));
    expect(worldOf(4, 7, 'plant-7', 0, ['circuit'])).toEqual(none);
    expect(half.form).toBeCloseTo((none.form! + full.form!) / 2, 12);
    expect(half.parts![0][1][0]).not.toBe(none.parts![0][1][0]);
  });

  it('refuse a skew outside [0, 1]', () => {
    expect(() => worldOf(1, 0, 'a', 1.5)).toThrow(/skew 1.5/);
    expect(() => worldOf(1, 0, 'a', NaN)).toThrow(/skew NaN/);
  });
});
