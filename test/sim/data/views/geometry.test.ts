import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskThroughView, throughView } from '../../../../src/sim/data/views/apply-view.js';
import { reflected } from '../../../../src/sim/data/views/geometry.js';
import { flatImage, meanOf, noiseImage, viewWith } from './samples.js';

const size = 32;

/** A black image with one white square of a third of the side, and its mask. */
function markedImage(side: number, left: number, top: number) {
  const mask = new Uint8Array(side * side);
  for (let y = 0; y < side / 3; y++) for (let x = 0; x < side / 3; x++) mask[(top + y) * side + left + x] = 1;
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, at) => 255 * mask[Math.floor(at / 3)]);
  return { mask, pixels };
}

function centreOf(mask: Uint8Array, side: number): { x: number; y: number } {
  let [x, y, count] = [0, 0, 0];
  mask.forEach((value, at) => {
    x += value * ((at % side) + 0.5);
    y += value * (Math.floor(at / side) + 0.5);
    count += value;
  });
  return { x: x / count, y: y / count };
}

describe('crop', () => {
  it('shows the named part, enlarged', () => {
    // Half the side, and its left end where three quarters of the unseen half lie to the left.
    const { mask, pixels } = markedImage(24, 12, 3);
    const view = viewWith({ crop: 0.5, cropX: 0.75, cropY: 0 });
    const seen = centreOf(maskThroughView(mask, 24, view), 24);
    expect(seen).toEqual({ x: (16 - 9) * 2, y: 7 * 2 });
    expect(meanOf(throughView(pixels, 24, view))).toBeCloseTo(4 * meanOf(pixels), 0);
  });
});

describe('rotation', () => {
  it('turns clockwise: a quarter turn brings the left side to the top', () => {
    const { mask, pixels } = markedImage(24, 0, 8);
    const turned = maskThroughView(mask, 24, viewWith({ rotation: 0.25 }));
    expect(turned).toEqual(markedImage(24, 8, 0).mask);
    expect(throughView(pixels, 24, viewWith({ rotation: 0.25 }))).toEqual(markedImage(24, 8, 0).pixels);
  });

  it('turns by the angle given, about the centre', () => {
    const side = 240;
    const { mask } = markedImage(side, 150, 80);
    const before = centreOf(mask, side);
    const after = centreOf(maskThroughView(mask, side, viewWith({ rotation: 10 / 360 })), side);
    const angle = (point: { x: number; y: number }) =>
      (Math.atan2(point.y - side / 2, point.x - side / 2) * 180) / Math.PI;
    expect(angle(after) - angle(before)).toBeCloseTo(10, 1);
  });
});

const geometries = fc
  .record({
    crop: fc.double({ min: 0.7, max: 1, noNaN: true }),
    cropX: fc.double({ min: 0, max: 1, noNaN: true }),
    cropY: fc.double({ min: 0, max: 1, noNaN: true }),
    rotation: fc.double({ min: -15 / 360, max: 15 / 360, noNaN: true }),
  })
  .map(viewWith);

describe('geometry', () => {
  it('keeps a mark’s mask on the mark', () => {
    fc.assert(
      fc.property(geometries, fc.nat(21), fc.nat(21), (view, left, top) => {
        const { mask, pixels } = markedImage(size, left, top);
        const seenMask = maskThroughView(mask, size, view);
        const seen = throughView(pixels, size, view);
        // Bilinear and nearest neighbour agree about the pixels that lie well inside or outside.
        seenMask.forEach((value, at) => {
          if (seen[3 * at] > 191) expect(value).toBe(1);
          if (seen[3 * at] < 64) expect(value).toBe(0);
        });
      }),
    );
  });

  it('invents no values: a flat image stays flat, others stay inside their range', () => {
    fc.assert(
      fc.property(geometries, fc.nat(255), fc.nat(1000), (view, grey, seed) => {
        const flat = flatImage(size, [grey, grey, 0]);
        expect(throughView(flat, size, view)).toEqual(flat);
        const noise = noiseImage(size, seed).map((value) => 50 + (value % 100));
        const seen = throughView(noise, size, view);
        expect(Math.min(...seen)).toBeGreaterThanOrEqual(50);
        expect(Math.max(...seen)).toBeLessThan(150);
      }),
    );
  });

  it('reflects at the borders', () => {
    expect([-4, -3, -1, 0, 2, 3, 5, 6].map((index) => reflected(index, 3))).toEqual([2, 2, 0, 0, 2, 2, 0, 0]);
  });
});
