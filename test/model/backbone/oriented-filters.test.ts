import { afterAll, describe, expect, it } from 'vitest';
import { channelsOf, extractMaps, patchFeatures } from '../../../src/model/backbone/backbone.js';
import { directions, filterSize, quadratureFilters } from '../../../src/model/backbone/filter-bank.js';
import { orientedFilters } from '../../../src/model/backbone/oriented-filters.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';

const size = 64;
const backbone = orientedFilters(size);
const [{ channels, height, width }] = backbone.mapShapes;

/** Where an octave's relative energies start: 3 colours and the mean energy lie before them. */
const firstRelative = 4;
/** Where the second layer's energies start. */
const firstSecond = 10;

/** A grey image from a tone in 0…255. */
function greyImage(tone: (x: number, y: number) => number, side = size): Uint8Array {
  return Uint8Array.from({ length: side * side * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return tone(pixel % side, Math.floor(pixel / side));
  });
}

/** Waves of eight pixels across the given direction. */
function grating([across, down]: readonly [number, number]): Uint8Array {
  return greyImage((x, y) => 128 + 60 * Math.sin((2 * Math.PI * (x * across + y * down)) / 8));
}

describe('filter bank', () => {
  const filters = quadratureFilters();
  const area = filterSize * filterSize;

  it('has filters of zero mean and unit length', () => {
    expect(filters).toHaveLength(2 * directions.length * area);
    for (let start = 0; start < filters.length; start += area) {
      const filter = filters.subarray(start, start + area);
      expect(Math.abs(filter.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-6);
      expect(filter.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 6);
    }
  });

  it('pairs a mirror-symmetric filter with an antisymmetric one', () => {
    for (let at = 0; at < directions.length * area; at++) {
      const mirrored = at - (at % area) + (area - 1 - (at % area));
      expect(filters[mirrored]).toBeCloseTo(filters[at], 6);
      const odd = directions.length * area;
      expect(filters[odd + mirrored]).toBeCloseTo(-filters[odd + at], 6);
    }
  });
});

describe('oriented filters', () => {
  const engine = createOnnxEngine();
  afterAll(() => engine.dispose());
  const mapOf = (pixels: Uint8Array) => extractMaps(engine, backbone, pixels);
  const channelOf = (maps: Float32Array, channel: number) =>
    maps.subarray(channel * height * width, (channel + 1) * height * width);
  const centreOf = (maps: Float32Array, channel: number) =>
    channelOf(maps, channel)[(height / 2) * width + width / 2];

  it.each([
    [64, 16],
    [128, 32],
    [224, 56],
    [70, 17],
  ])('turns %i px into a grid of %i cells', async (side, cells) => {
    const other = orientedFilters(side);
    expect(other.mapShapes).toEqual([{ channels: 66, height: cells, width: cells }]);
    const maps = await extractMaps(
      engine,
      other,
      greyImage((x, y) => (x * y) % 256, side),
    );
    const { rows, columns } = await patchFeatures(engine, other, maps, 2);
    expect({ rows, columns }).toEqual({ rows: (cells - 4) ** 2, columns: channelsOf(other) });
  });

  it('has a key for each size', () => {
    expect(orientedFilters(size).key).toBe(backbone.key);
    expect(orientedFilters(128).key).not.toBe(backbone.key);
  });

  it('answers a grating most in its own direction', async () => {
    for (const [own, direction] of directions.entries()) {
      const maps = await mapOf(grating(direction));
      const answers = directions.map((_, other) => centreOf(maps, firstRelative + other));
      expect(answers.indexOf(Math.max(...answers))).toBe(own);
    }
  });

  it('turns its answers with the image', async () => {
    const tone = (x: number, y: number) => (31 * x + 17 * y + ((x * y) % 23) * 5) % 256;
    const upright = await mapOf(greyImage(tone));
    const turned = await mapOf(greyImage((x, y) => tone(y, size - 1 - x)));
    for (const own of directions.keys()) {
      // A quarter turn is three steps of 30°, and energies don't know left from right.
      const other = (own + 3) % directions.length;
      const before = channelOf(upright, firstRelative + own);
      const after = channelOf(turned, firstRelative + other);
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++)
          expect(after[row * width + column]).toBeCloseTo(before[(height - 1 - column) * width + row], 4);
    }
  });

  it.each([0, 90, 255])('has no oriented energy anywhere on a constant image of %i', async (tone) => {
    const maps = await mapOf(greyImage(() => tone));
    expect(maps.every(Number.isFinite)).toBe(true);
    for (let channel = firstRelative; channel < firstRelative + directions.length; channel++)
      for (const energy of channelOf(maps, channel)) expect(Math.abs(energy)).toBeLessThan(1e-4);
    for (let channel = firstSecond; channel < firstSecond + directions.length ** 2; channel++)
      for (const energy of channelOf(maps, channel)) expect(Math.abs(energy)).toBeLessThan(1e-4);
  });

  it('does not mind a brighter or a warmer lamp', async () => {
    const tone = (x: number, y: number) => 60 + ((x * x + 3 * y) % 40);
    const dim = await mapOf(greyImage(tone));
    const gains = [2, 1.8, 1.6];
    const lit = await mapOf(greyImage(tone).map((value, at) => value * gains[at % 3]));
    const contrast = (maps: Float32Array) => {
      const values = channelOf(maps, 0);
      return Math.max(...values) - Math.min(...values);
    };
    for (let channel = 0; channel < 3; channel++)
      for (const [cell, value] of channelOf(lit, channel).entries())
        expect(Math.abs(value - channelOf(dim, channel)[cell])).toBeLessThan(0.2 * contrast(dim));
  });

  it('stays finite between black and white', async () => {
    const extremes = await mapOf(greyImage((x, y) => ((x >> 2) + (y >> 2)) % 2 && 255));
    expect(extremes).toHaveLength(channels * height * width);
    expect(extremes.every(Number.isFinite)).toBe(true);
  });

  it('gives the same bits twice', async () => {
    const pixels = grating(directions[1]);
    const again = createOnnxEngine();
    expect(await extractMaps(again, orientedFilters(size), pixels)).toEqual(await mapOf(pixels));
    await again.dispose();
  });
});
