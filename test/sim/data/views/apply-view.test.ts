import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../src/base/hash.js';
import { maskThroughView, throughView } from '../../../../src/sim/data/views/apply-view.js';
import { featureSkewSchema, viewOf } from '../../../../src/sim/data/views/feature-skew.js';
import { channelOf, deviationOf, flatImage, meanOf, noiseImage, viewWith } from './samples.js';

const size = 48;
const strong = featureSkewSchema.parse({ lighting: 1, colour: 1, blur: 1, noise: 1, crop: 1, rotation: 1 });

describe('the identity', () => {
  it('gives equal bytes', () => {
    const pixels = noiseImage(size, 1);
    const mask = pixels.subarray(0, size * size).map((value) => value % 2);
    expect(throughView(pixels, size, viewWith({}))).toEqual(pixels);
    expect(maskThroughView(mask, size, viewWith({}))).toEqual(mask);
  });
});

describe('light', () => {
  it('multiplies by the exposure and clips', () => {
    expect(throughView(flatImage(2, [100, 50, 200]), 2, viewWith({ exposure: 1.5 }))).toEqual(
      flatImage(2, [150, 75, 255]),
    );
  });

  it('multiplies each channel by its own factor and rounds', () => {
    expect(throughView(flatImage(2, [100, 101, 200]), 2, viewWith({ colour: [1.25, 0.75, 1] }))).toEqual(
      flatImage(2, [125, 76, 200]),
    );
  });

  it.each([
    [0, 'right', 1, 0],
    [0.25, 'bottom', 0, 1],
    [0.5, 'left', -1, 0],
    [0.75, 'top', 0, -1],
  ])('a gradient at %f turns is brighter on the %s', (gradientDirection, _, alongX, alongY) => {
    const lit = throughView(
      flatImage(size, [100, 100, 100]),
      size,
      viewWith({ gradient: 0.5, gradientDirection }),
    );
    const grey = (x: number, y: number) => lit[3 * (y * size + x)];
    // From border to border the brightness changes by half of the centre's.
    expect((grey(size - 1, 7) - grey(0, 7)) / 50).toBeCloseTo(alongX, 1);
    expect((grey(7, size - 1) - grey(7, 0)) / 50).toBeCloseTo(alongY, 1);
    expect(meanOf(lit)).toBeCloseTo(100, 0);
  });
});

describe('noise', () => {
  const grey = flatImage(size, [128, 128, 128]);

  it('has the deviation asked for, no mean, and no likeness between channels', () => {
    const noisy = throughView(grey, size, viewWith({ noise: 8, noiseSeed: 'a' }));
    expect(meanOf(noisy)).toBeCloseTo(128, 0);
    expect(deviationOf(noisy)).toBeGreaterThan(7.6);
    expect(deviationOf(noisy)).toBeLessThan(8.4);
    const [red, green] = [channelOf(noisy, 0), channelOf(noisy, 1)];
    const covariance = meanOf(Array.from(red, (value, at) => (value - 128) * (green[at] - 128)));
    expect(Math.abs(covariance / 64)).toBeLessThan(0.1);
  });

  it('is that of its address', () => {
    const first = throughView(grey, size, viewWith({ noise: 8, noiseSeed: 'a' }));
    expect(throughView(grey, size, viewWith({ noise: 8, noiseSeed: 'a' }))).toEqual(first);
    expect(throughView(grey, size, viewWith({ noise: 8, noiseSeed: 'b' }))).not.toEqual(first);
  });
});

describe('blur', () => {
  it('keeps the mean and lowers the variance, the more the wider', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.3, noNaN: true }), fc.nat(1000), (blur, seed) => {
        const pixels = noiseImage(size, seed);
        const once = throughView(pixels, size, viewWith({ blur }));
        const wider = throughView(pixels, size, viewWith({ blur: 2 * blur }));
        expect(Math.abs(meanOf(once) - meanOf(pixels))).toBeLessThan(0.5);
        expect(deviationOf(once)).toBeLessThan(0.99 * deviationOf(pixels));
        expect(deviationOf(wider)).toBeLessThan(deviationOf(once));
      }),
      { numRuns: 25 },
    );
  });

  it('spreads a point as a round Gaussian of the deviation asked for, each channel by itself', () => {
    const side = 41;
    const pixels = new Uint8Array(side * side * 3);
    // A disc of 3×3 is bright enough to survive rounding; its own variance is 2/3.
    for (const y of [19, 20, 21]) for (const x of [19, 20, 21]) pixels[3 * (y * side + x) + 1] = 255;
    const seen = throughView(pixels, side, viewWith({ blur: 1.5 / side }));
    const green = channelOf(seen, 1);
    const moment = (power: (x: number, y: number) => number) => {
      let [sum, weight] = [0, 0];
      green.forEach((value, at) => {
        sum += value * power((at % side) - 20, Math.floor(at / side) - 20);
        weight += value;
      });
      return sum / weight;
    };
    const expected = 1.5 ** 2 + 2 / 3;
    expect(Math.abs(moment((x) => x * x) - expected)).toBeLessThan(0.1 * expected);
    expect(moment((x, y) => x * x - y * y)).toBeCloseTo(0, 10);
    expect([meanOf(channelOf(seen, 0)), meanOf(channelOf(seen, 2))]).toEqual([0, 0]);
  });
});

describe('everything at once', () => {
  it('draws the same bytes on every machine', () => {
    const view = viewOf(strong, 7, 'client-2', 'good/001.png')!;
    expect(sha256(throughView(noiseImage(size, 2), size, view))).toBe(
      '86eed3aee8165c83a8cdcf40315703ab0c1174693f4d81da9dff6b2d795f0871',
    );
  });

  it('leaves its input alone and the mask a mask', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.string(), (seed, client) => {
        const view = viewOf(strong, seed, client, 'a.png')!;
        const pixels = noiseImage(16, seed);
        const mask = Uint8Array.from({ length: 256 }, (_, at) => (pixels[at] > 127 ? 1 : 0));
        const before = [pixels.slice(), mask.slice()];
        const seen = throughView(pixels, 16, view);
        const seenMask = maskThroughView(mask, 16, view);
        expect([pixels, mask]).toEqual(before);
        expect(seen).toHaveLength(pixels.length);
        expect(seenMask.every((value) => value === 0 || value === 1)).toBe(true);
      }),
    );
  });
});
