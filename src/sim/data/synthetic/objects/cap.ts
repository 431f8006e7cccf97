import { valueNoise } from '../lattice.js';
import { mixRamps, paint, paintShadow, type Shape } from '../scenes/brush.js';
import { directionIn, frameIn } from '../scenes/frame.js';
import { cover, steel } from '../scenes/grounds.js';
import { element, frameOf, type SceneFamily } from '../scenes/scene.js';
import { circle, length, rim, star, without } from '../scenes/shapes.js';
import { cosine, smoothStep, turnsOf } from '../wave.js';

const crimps = 21;

/** A crown cap seen from above: 21 crimps, an enamelled top, a printed emblem. The emblem is its element. */
export const cap: SceneFamily = {
  palettes: [
    {
      ground: [
        [0.33, 0.36, 0.38],
        [0.5, 0.53, 0.55],
        [0.7, 0.72, 0.74],
      ],
      parts: [
        [
          [0.25, 0.02, 0.03],
          [0.7, 0.1, 0.11],
          [1, 0.62, 0.58],
        ],
        [
          [0.75, 0.72, 0.62],
          [0.93, 0.9, 0.8],
          [1, 1, 0.96],
        ],
        [
          [0.05, 0.1, 0.2],
          [0.15, 0.25, 0.45],
          [0.4, 0.5, 0.7],
        ],
      ],
    },
    {
      ground: [
        [0.48, 0.45, 0.38],
        [0.66, 0.62, 0.54],
        [0.84, 0.8, 0.72],
      ],
      parts: [
        [
          [0.01, 0.13, 0.1],
          [0.08, 0.42, 0.32],
          [0.6, 0.92, 0.8],
        ],
        [
          [0.7, 0.5, 0.12],
          [0.92, 0.75, 0.3],
          [1, 0.95, 0.66],
        ],
        [
          [0.3, 0.05, 0.05],
          [0.55, 0.12, 0.1],
          [0.8, 0.4, 0.35],
        ],
      ],
    },
  ],
  jitter: { place: 0.06, turns: 0.04, scale: 0.02 },
  elements: (form) => [
    element(0, 0, -0.25, { halfSize: 0.2, moves: ['shift', 'turn', 'swap'], fold: pointsOf(form) }),
  ],
  paintGround(picture, scene) {
    cover(picture, scene, steel);
    const [x, y] = directionIn(scene.frame, scene.light);
    paintShadow(picture, frameIn(scene.frame, -0.09 * x, -0.09 * y), circle(0.8), 0.8, 0.1, 0.6);
  },
  paintSubject(picture, { frame, light, form, elements, palette, noise }) {
    const towards = directionIn(frame, light);
    const [enamel, ink, otherInk] = palette.parts;
    const uneven = (u: number, v: number) =>
      0.08 * (valueNoise(u * 3 + noise[0], v * 3 + noise[1]) - 0.5) +
      0.07 * (valueNoise(u * 33 + noise[0], v * 33 + noise[1]) - 0.5);
    paint(picture, frame, {
      shape: crimped,
      reach: 0.87,
      ramp: enamel,
      subject: true,
      tone(u, v, distance) {
        const radius = length(u, v);
        const facing = (u * towards[0] + v * towards[1]) / (radius + 0.01);
        const skirt = smoothStep(0.6, 0.68, radius);
        // Each crimp is a ridge: its flanks look sideways.
        const ridge = cosine(turnsOf(u, v) * crimps);
        const flank = cosine(turnsOf(u, v) * crimps - 0.25) * (v * towards[0] - u * towards[1]);
        const dome = 0.5 + 0.12 * (u * towards[0] + v * towards[1]);
        const shoulder = smoothStep(0.56, 0.63, radius) * (1 - smoothStep(0.66, 0.74, radius));
        return (
          dome +
          skirt * (-0.14 + 0.16 * ridge - 0.22 * flank + 0.16 * facing) +
          0.34 * shoulder * facing +
          0.2 * rim(crimped, u, v, distance, 0.04, towards) +
          uneven(u, v)
        );
      },
    });
    const print = (shape: Shape, at: typeof frame, reach: number, swapped: number) =>
      paint(picture, at, {
        shape,
        reach,
        ramp: mixRamps(ink, otherInk, swapped),
        subject: true,
        tone: (u, v) => 0.5 + 1.6 * uneven(u, v),
      });
    print(without(circle(0.54), circle(0.49)), frame, 0.54, 0);
    const emblem = frameOf(frame, elements[0]);
    const { swapped } = elements[0].move;
    const points = pointsOf(form);
    print(without(star(points, 0.38, points === 4 ? 0.15 : 0.19), circle(0.075)), emblem, 0.38, swapped);
  },
};

function pointsOf(form: number): number {
  return 4 + Math.floor(form * 2.99);
}

const crimped: Shape = (u, v) => length(u, v) - 0.82 - 0.035 * cosine(turnsOf(u, v) * crimps);
