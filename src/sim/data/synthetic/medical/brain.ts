import { valueNoise } from '../lattice.js';
import { markSubject, paint } from '../scenes/brush.js';
import type { SceneFamily } from '../scenes/scene.js';
import { length } from '../scenes/shapes.js';
import { mix, smoothStep } from '../wave.js';
import { folds, greys, paintDark, tissue } from './tissue.js';

/** A slice of a head from above: scalp, dark skull, folded grey matter around white, the ventricles in the middle. */
export const brain: SceneFamily = {
  palettes: greys,
  jitter: { place: 0.04, turns: 0.008, scale: 0.03 },
  elements: () => [],
  paintGround: paintDark,
  paintSubject(picture, { frame, palette, noise, traits, form }) {
    const [x, y] = noise;
    const roundness = mix(0.76, 0.82, traits[0]);
    const ventricle = mix(0.8, 1.35, traits[1]);
    const bend = 0.03 * (traits[2] - 0.5);
    // From the outer skin inwards; egg-shaped, narrower at the front.
    const depth = (u: number, v: number) =>
      0.92 - length(u / (roundness * (1 + 0.09 * v)), v) + 0.03 * (valueNoise(u * 2 + x, v * 2 + y) - 0.5);
    const tone = (u: number, v: number) => {
      const inside = depth(u, v);
      const scalp = smoothStep(0, 0.02, inside) * (1 - smoothStep(0.035, 0.055, inside));
      const marrow = 0.3 * smoothStep(0.075, 0.085, inside) * (1 - smoothStep(0.09, 0.1, inside));
      const grain = valueNoise(u * 31 + x, v * 31 + y) - 0.5;
      if (inside < 0.11) return 0.75 * scalp + marrow + 0.05 * Math.max(0, inside > 0 ? grain : 0);
      const middle = u - bend * (1 - v * v);
      const side = middle < 0 ? 17 : 0;
      // Both halves fold alike, though not the same.
      const a = Math.abs(middle) * 3.4 + side + x;
      const b = v * 3.4 + y;
      const cortexDepth = 0.14 + 0.05 * (valueNoise(a * 0.9, b * 0.9) - 0.5);
      const sulcus = folds(a * 1.25, b * 1.25, 0.1) * (1 - smoothStep(0.22, 0.4, inside));
      const nearFold = folds(a * 1.25, b * 1.25, 0.3) * (1 - smoothStep(0.24, 0.44, inside));
      const white = smoothStep(cortexDepth + 0.03, cortexDepth + 0.1, inside) * (1 - 0.85 * nearFold);
      const bright =
        mix(0.46, 0.72, white) + (form > 0.5 ? 0.04 : 0) + 0.1 * tissue(a * 0.6, b * 0.6) + 0.07 * grain;
      // Deep grey matter beside the ventricles.
      const core = 1 - smoothStep(0.06, 0.1, length((Math.abs(middle) - 0.2) * 1.15, (v - 0.02) * 0.62));
      const matter = mix(bright, 0.47 + 0.06 * grain, 0.8 * core);
      const cleft =
        (1 - smoothStep(0.006, 0.022, Math.abs(middle))) * smoothStep(0.16, 0.3, Math.abs(v + 0.02));
      const fluid = Math.max(
        0.85 * sulcus,
        0.8 * cleft,
        1 - smoothStep(0.115, 0.15, inside),
        butterfly(Math.abs(middle) / ventricle, (v + 0.02) / ventricle),
      );
      return mix(matter, 0.1 + 0.03 * grain, fluid);
    };
    paint(picture, frame, { shape: () => -1, reach: 1.2, ramp: palette.ground, tone });
    // Defects lie in the brain, not on the film around it.
    markSubject(picture, frame, (u, v) => 0.2 - depth(u, v), 1);
  },
};

/** The lateral ventricles of one half: a horn forwards, a horn backwards, outwards at both ends. */
function butterfly(side: number, v: number): number {
  const spread = 0.055 + 0.55 * v * v;
  const half = 0.04 * (1 - 6 * v * v);
  const horn = 1 - smoothStep(-0.012, 0.018, Math.abs(side - spread) - half);
  const third = 1 - smoothStep(0.008, 0.02, length(side, Math.max(0, Math.abs(v - 0.12) - 0.05)));
  return Math.max(Math.abs(v) < 0.41 ? horn : 0, third);
}
