import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CameraView } from '../../../../src/sim/data/views/camera-view.js';
import { featureSkewSchema, viewOf, type FeatureSkew } from '../../../../src/sim/data/views/feature-skew.js';

const none = featureSkewSchema.parse({});
const all = featureSkewSchema.parse({ lighting: 1, colour: 1, blur: 1, noise: 1, crop: 1, rotation: 1 });
const clients = Array.from({ length: 200 }, (_, index) => `client-${index}`);

/** What each quality may change. */
const parts: Record<keyof FeatureSkew, readonly (keyof CameraView)[]> = {
  lighting: ['exposure', 'gradient', 'gradientDirection'],
  colour: ['colour'],
  blur: ['blur'],
  noise: ['noise', 'noiseSeed'],
  crop: ['crop', 'cropX', 'cropY'],
  rotation: ['rotation'],
};
const qualities = Object.keys(parts) as (keyof FeatureSkew)[];

function viewsOf(settings: FeatureSkew): CameraView[] {
  return clients.map((client) => viewOf(settings, 3, client, 'a.png')!);
}

describe('viewOf', () => {
  it('is no view at all without strength', () => {
    expect(viewOf(none, 1, 'client-0', 'a.png')).toBeUndefined();
  });

  it('depends on seed and client, and on the image only in its noise', () => {
    const view = viewOf(all, 1, 'client-0', 'a.png')!;
    const other = viewOf(all, 1, 'client-0', 'b.png')!;
    expect(viewOf(all, 1, 'client-0', 'a.png')).toEqual(view);
    expect(other).toEqual({ ...view, noiseSeed: other.noiseSeed });
    expect(other.noiseSeed).not.toBe(view.noiseSeed);
    for (const stranger of [viewOf(all, 2, 'client-0', 'a.png')!, viewOf(all, 1, 'client-1', 'a.png')!])
      for (const part of Object.keys(view) as (keyof CameraView)[])
        expect(stranger[part], part).not.toEqual(view[part]);
  });

  it.each(qualities)(
    '%s alone changes its own parts, and is drawn as together with the others',
    (quality) => {
      const together = viewOf(all, 5, 'client-0', 'a.png')!;
      const alone = viewOf({ ...none, [quality]: 1 }, 5, 'client-0', 'a.png')!;
      const without = viewOf({ ...all, [quality]: 0 }, 5, 'client-0', 'a.png')!;
      for (const [owner, owned] of Object.entries(parts))
        for (const part of owned) {
          if (owner === quality) expect(alone[part], part).toEqual(together[part]);
          else expect(without[part], part).toEqual(together[part]);
        }
    },
  );

  const ranges: [string, (view: CameraView) => number, number, number][] = [
    ['exposure', (view) => view.exposure, 0.5, 1.5],
    ['gradient', (view) => view.gradient, 0, 0.6],
    ['direction', (view) => view.gradientDirection, 0, 1],
    ['red', (view) => view.colour[0], 0.75, 1.25],
    ['green', (view) => view.colour[1], 0.75, 1.25],
    ['blue', (view) => view.colour[2], 0.75, 1.25],
    ['blur', (view) => view.blur, 0, 0.015],
    ['noise', (view) => view.noise, 0, 20],
    ['crop', (view) => view.crop, 0.7, 1],
    ['crop’s place, x', (view) => view.cropX, 0, 1],
    ['crop’s place, y', (view) => view.cropY, 0, 1],
    ['rotation', (view) => view.rotation, -15 / 360, 15 / 360],
  ];

  it.each(ranges)('%s fills its range', (_, valueOf, low, high) => {
    const values = viewsOf(all).map(valueOf);
    const margin = (high - low) / 20;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
    expect(Math.min(...values)).toBeLessThan(low + margin);
    expect(Math.max(...values)).toBeLessThanOrEqual(high);
    expect(Math.max(...values)).toBeGreaterThan(high - margin);
  });

  it('goes from the image as it is in proportion to the strength', () => {
    const half = featureSkewSchema.parse(Object.fromEntries(qualities.map((quality) => [quality, 0.5])));
    const whole = viewsOf(all);
    viewsOf(half).forEach((view, index) => {
      const full = whole[index];
      expect(view.exposure - 1).toBeCloseTo((full.exposure - 1) / 2, 12);
      expect(view.gradient).toBeCloseTo(full.gradient / 2, 12);
      expect(view.gradientDirection).toBe(full.gradientDirection);
      expect(view.colour[2] - 1).toBeCloseTo((full.colour[2] - 1) / 2, 12);
      expect(view.blur).toBeCloseTo(full.blur / 2, 12);
      expect(view.noise).toBeCloseTo(full.noise / 2, 12);
      expect(1 - view.crop).toBeCloseTo((1 - full.crop) / 2, 12);
      expect([view.cropX, view.cropY]).toEqual([full.cropX, full.cropY]);
      expect(view.rotation).toBeCloseTo(full.rotation / 2, 12);
    });
  });
});

describe('featureSkewSchema', () => {
  it('takes strengths in [0, 1] only', () => {
    const inside = fc.double({ min: 0, max: 1, noNaN: true });
    const outside = fc.double({ noNaN: true }).filter((value) => value < 0 || value > 1);
    fc.assert(
      fc.property(fc.constantFrom(...qualities), inside, outside, (quality, good, bad) => {
        expect(featureSkewSchema.safeParse({ [quality]: good }).success).toBe(true);
        expect(featureSkewSchema.safeParse({ [quality]: bad }).success).toBe(false);
      }),
    );
  });

  it('knows no other quality', () => {
    expect(featureSkewSchema.safeParse({ strength: 1 }).success).toBe(false);
  });
});
