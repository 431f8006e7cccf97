import { valueNoise } from '../lattice.js';
import { paint, paintShadow, type Shape } from '../scenes/brush.js';
import { directionIn, frameIn } from '../scenes/frame.js';
import { card, cover } from '../scenes/grounds.js';
import type { SceneFamily } from '../scenes/scene.js';
import { clamp01, fraction, mix, smoothStep } from '../wave.js';

const head = -0.82;
const tipEnd = 0.86;

/** A countersunk wood screw lying on card: head to the left, a plain neck, a thread that ends in a point. */
export const screw: SceneFamily = {
  palettes: [
    {
      ground: [
        [0.6, 0.6, 0.6],
        [0.74, 0.74, 0.73],
        [0.88, 0.87, 0.85],
      ],
      parts: [
        [
          [0.1, 0.1, 0.12],
          [0.42, 0.43, 0.45],
          [0.93, 0.94, 0.95],
        ],
      ],
    },
    {
      ground: [
        [0.4, 0.3, 0.19],
        [0.56, 0.43, 0.29],
        [0.7, 0.57, 0.41],
      ],
      parts: [
        [
          [0.2, 0.12, 0.03],
          [0.64, 0.47, 0.17],
          [0.99, 0.9, 0.56],
        ],
      ],
    },
  ],
  jitter: { place: 0.06, turns: 0.06, scale: 0.03 },
  elements: () => [],
  paintGround(picture, scene) {
    cover(picture, scene, card);
    const { frame, light, form } = scene;
    const lying = frameIn(frame, 0, 0, 0.08);
    const [x, y] = directionIn(lying, light);
    paintShadow(picture, frameIn(lying, -0.07 * x, -0.07 * y), outline(form, 0.7), 0.9, 0.07, 0.5, 0.32);
  },
  paintSubject(picture, { frame, light, form, palette, noise }) {
    // It lies along a diagonal of the image's middle, turned a little against the ground.
    const lying = frameIn(frame, 0, 0, 0.08);
    const [lightX, lightY] = directionIn(lying, light);
    const shape = outline(form, 1);
    const pitch = mix(11, 14, form);
    paint(picture, lying, {
      shape,
      reach: 0.9,
      across: 0.32,
      ramp: palette.parts[0],
      subject: true,
      tone(u, v) {
        const width = halfWidth(u, v, form, 1);
        const across = Math.max(-1, Math.min(1, v / (width + 0.001)));
        // A cylinder: its normal leans sideways towards the edges, and light from above meets the middle.
        const up = Math.sqrt(1 - across * across);
        const round = 0.12 + 0.42 * up + 0.34 * across * lightY;
        const shine = smoothStep(0.55, 0.95, up + 0.5 * across * lightY);
        const threaded = smoothStep(-0.32, -0.26, u);
        const turn = fraction(u * pitch + 0.28 * across);
        const groove =
          threaded * (0.34 * (Math.abs(turn - 0.5) - 0.28) + 0.1 * (turn < 0.5 ? lightX : -lightX));
        const cone = u < -0.56 ? -0.16 * lightX * smoothStep(-0.82, -0.7, u) + (u < -0.77 ? 0.24 : -0.06) : 0;
        const drawn = valueNoise(u * 5 + noise[0], v * 40 + noise[1]) - 0.5;
        const grain = valueNoise(u * 29 + noise[0], v * 29 + noise[1]) - 0.5;
        return round + 0.3 * shine - 1.5 * groove + cone + 0.1 * drawn + 0.1 * grain;
      },
    });
  },
};

/** Half the screw's width at a place along it, with the crests of its thread. */
function halfWidth(u: number, v: number, form: number, crests: number): number {
  const core = mix(0.11, 0.13, form);
  if (u < -0.77) return 0.31;
  if (u < -0.56) return mix(0.31, core, clamp01((u + 0.77) / 0.21));
  if (u < -0.3) return core;
  const taper = 1 - smoothStep(0.5, tipEnd, u);
  const turn = fraction(u * mix(11, 14, form) + (v > 0 ? 0.28 : -0.28));
  const crest = 0.085 * crests * Math.abs(turn - 0.5) * 2 * Math.min(1, taper * 2.2);
  return (core - 0.012) * Math.min(1, taper * 1.25) + crest;
}

function outline(form: number, crests: number): Shape {
  return (u, v) =>
    Math.max(
      head - u,
      u - tipEnd,
      (Math.abs(v) - halfWidth(Math.max(head, Math.min(tipEnd, u)), v, form, crests)) * 0.8,
    );
}
