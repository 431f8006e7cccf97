import { valueNoise } from '../lattice.js';
import { markSubject, paint } from '../scenes/brush.js';
import type { SceneFamily } from '../scenes/scene.js';
import { clamp01, mix, smoothStep } from '../wave.js';
import { greys, paintDark, tissue } from './tissue.js';

/** Depths of the layers' lower borders below the inner membrane, and how brightly each shows. */
const layers: readonly (readonly [depth: number, tone: number])[] = [
  [0.06, 0.74],
  [0.15, 0.5],
  [0.22, 0.34],
  [0.28, 0.52],
  [0.47, 0.2],
  [0.485, 0.46],
  [0.53, 0.26],
  [0.56, 0.8],
  [0.585, 0.4],
  [0.635, 0.9],
];

const thickness = 0.635;
const innerLayers = 0.24;

/** Optical coherence tomography of a retina: its layers, the pit of the fovea, the vessels below, speckle. */
export const retina: SceneFamily = {
  palettes: greys,
  jitter: { place: 0.05, turns: 0.006, scale: 0.03 },
  elements: () => [],
  paintGround: paintDark,
  paintSubject(picture, { frame, palette, noise, traits, form }) {
    const [x, y] = noise;
    const pitAt = 0.3 * (traits[0] - 0.5);
    const pitWidth = mix(0.09, 0.16, traits[1]);
    const bow = mix(0.02, 0.12, traits[2]);
    const floor = (u: number) =>
      0.3 - bow * (u - pitAt) * (u - pitAt) + 0.02 * (valueNoise(u * 1.5 + x, y) - 0.5);
    // 1 in the middle of the fovea, 0 away from it.
    const pit = (u: number) => {
      const away = (u - pitAt) * (u - pitAt);
      return 1 / (1 + (away * away) / (4 * pitWidth * pitWidth * pitWidth * pitWidth));
    };
    const rise = mix(0.94, 1.06, traits[3]);
    const shadowAt = 1.6 * traits[4] - 0.8;
    const tone = (u: number, v: number) => {
      const grain = valueNoise(u * 34 + x, v * 47 + y) - 0.5;
      const coarse = valueNoise(u * 15 + 7 + x, v * 31 + y) - 0.5;
      const speckle = 1 + 0.75 * grain + 0.45 * coarse;
      const up = (floor(u) - v) / rise;
      // A vessel in the inner retina throws a shadow on what is below.
      const shadow = 1 - 0.3 * (1 - smoothStep(0.015, 0.045, Math.abs(u - shadowAt)));
      if (up < 0) {
        const depth = -up;
        const vessels = smoothStep(-0.1, 0.24, tissue(u * 5 + x, v * 8 + y));
        const choroid =
          mix(0.5, 0.2, vessels) * (1 - smoothStep(0.18, 0.75, depth)) * smoothStep(0, 0.03, depth + 0.02);
        return choroid * speckle * shadow;
      }
      // Inner layers are squeezed where the pit is deepest; the outer ones keep their depth.
      const inner = innerLayers * (1 - 0.88 * pit(u)) * (1 + 0.16 * pitSide(u - pitAt, pitWidth));
      const outer = thickness - innerLayers;
      const depthBelow = up <= outer ? thickness - up : innerLayers * (1 - (up - outer) / inner);
      if (depthBelow < 0) return 0.05 * speckle * (1 + 0.4 * form);
      return toneAt(depthBelow) * speckle * (depthBelow > 0.08 ? shadow : 1);
    };
    paint(picture, frame, { shape: () => -1, reach: 2.4, ramp: palette.ground, tone });
    // Defects lie between the pit and the choroid.
    const band = (u: number, v: number) => {
      const up = (floor(u) - v) / rise;
      return Math.max(up - (thickness - 0.26 * pit(u)) + 0.06, -up - 0.1, Math.abs(u) - 0.95);
    };
    markSubject(picture, frame, band, 1.5);
  },
};

/** The rim on both sides of the pit stands a little higher. */
function pitSide(away: number, width: number): number {
  const t = clamp01(1 - Math.abs(Math.abs(away) - 2.6 * width) / (1.6 * width));
  return t * t * (3 - 2 * t);
}

/** Brightness at a depth, with a short slope from layer to layer. */
function toneAt(depth: number): number {
  let tone = 0.1;
  let border = 0;
  for (const [lower, own] of layers) {
    tone = mix(tone, own, smoothStep(border - 0.008, border + 0.008, depth));
    border = lower;
  }
  return tone;
}
