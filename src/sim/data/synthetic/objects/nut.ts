import { valueNoise } from '../lattice.js';
import { paint, paintShadow } from '../scenes/brush.js';
import { directionIn, frameIn } from '../scenes/frame.js';
import { cover, felt } from '../scenes/grounds.js';
import { element, frameOf, type SceneFamily } from '../scenes/scene.js';
import { circle, hexagon, length, rim, without } from '../scenes/shapes.js';
import { fraction, mix, smoothStep, turnsOf } from '../wave.js';

/** A hexagon nut on a flat washer, seen along its thread. The nut is the element that may sit off the middle. */
export const nut: SceneFamily = {
  palettes: [
    {
      ground: [
        [0.1, 0.14, 0.24],
        [0.17, 0.24, 0.38],
        [0.29, 0.37, 0.52],
      ],
      parts: [
        [
          [0.24, 0.25, 0.27],
          [0.6, 0.62, 0.64],
          [0.93, 0.94, 0.95],
        ],
        [
          [0.16, 0.17, 0.19],
          [0.46, 0.48, 0.5],
          [0.92, 0.93, 0.94],
        ],
      ],
    },
    {
      ground: [
        [0.24, 0.1, 0.08],
        [0.4, 0.19, 0.14],
        [0.55, 0.3, 0.23],
      ],
      parts: [
        [
          [0.32, 0.31, 0.28],
          [0.68, 0.66, 0.6],
          [0.95, 0.94, 0.9],
        ],
        [
          [0.24, 0.17, 0.06],
          [0.66, 0.52, 0.26],
          [0.98, 0.9, 0.64],
        ],
      ],
    },
  ],
  jitter: { place: 0.07, turns: 0.5, scale: 0.03 },
  elements: () => [element(0, 0, 0, { halfSize: 0.24, moves: ['shift'], fold: 6 })],
  paintGround(picture, scene) {
    cover(picture, scene, felt);
    const [x, y] = directionIn(scene.frame, scene.light);
    const shadow = without(circle(0.8), circle(0.25));
    paintShadow(picture, frameIn(scene.frame, -0.05 * x, -0.05 * y), shadow, 0.8, 0.08, 0.55);
  },
  paintSubject(picture, { frame, light, form, elements, palette, noise }) {
    const towards = directionIn(frame, light);
    const washer = without(circle(0.8), circle(0.27));
    paint(picture, frame, {
      shape: washer,
      reach: 0.8,
      ramp: palette.parts[0],
      subject: true,
      tone(u, v, distance) {
        // Stamped sheet: rolled one way, with a rounded outer edge.
        const rolled = valueNoise(u * 3 + noise[0], v * 34 + noise[1]) - 0.5;
        const cloud = valueNoise(u * 2 + noise[0], v * 2 + noise[1]) - 0.5;
        return 0.6 + 0.16 * rolled + 0.2 * cloud + 0.3 * rim(washer, u, v, distance, 0.05, towards);
      },
    });
    const seat = frameOf(frame, elements[0]);
    const apothem = mix(0.45, 0.5, form);
    const hex = hexagon(apothem);
    const body = without(hex, circle(0.25));
    const cast = without(hexagon(apothem), circle(0.22));
    paintShadow(picture, frameIn(seat, -0.09 * towards[0], -0.09 * towards[1]), cast, 0.7, 0.05, 0.75);
    paint(picture, seat, {
      shape: body,
      reach: 0.66,
      ramp: palette.parts[1],
      subject: true,
      tone(u, v, distance) {
        const radius = length(u, v);
        // The chamfer is a cone: corners fall away outside of a circle.
        const chamfer = smoothStep(apothem - 0.03, apothem + 0.01, radius);
        const facing = (u * towards[0] + v * towards[1]) / (radius + 0.01);
        const turned = valueNoise(radius * 46 + noise[0], facing + noise[1]) - 0.5;
        const grain = valueNoise(u * 27 + noise[0], v * 27 + noise[1]) - 0.5;
        const sink = 1 - smoothStep(0.25, 0.31, radius);
        const face = 0.6 + 0.22 * facing * facing + 0.12 * turned;
        const cone = 0.3 + 0.42 * facing;
        return (
          mix(face, cone, chamfer) -
          0.32 * facing * sink +
          0.1 * grain +
          0.12 * rim(hex, u, v, distance, 0.03, towards)
        );
      },
    });
    // Turns of the thread shine inside the bore.
    paint(picture, seat, {
      shape: without(circle(0.255), circle(0.185)),
      reach: 0.26,
      ramp: palette.parts[1],
      subject: true,
      tone(u, v) {
        const radius = length(u, v);
        const facing = (u * towards[0] + v * towards[1]) / (radius + 0.01);
        const thread = Math.abs(fraction(radius * 29 - turnsOf(u, v)) - 0.5);
        return 0.1 + 0.7 * thread * (0.6 - 0.4 * facing);
      },
    });
  },
};
