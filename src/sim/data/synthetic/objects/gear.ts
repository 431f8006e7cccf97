import { valueNoise } from '../lattice.js';
import { paint, paintShadow, type Shape } from '../scenes/brush.js';
import { directionIn, frameIn } from '../scenes/frame.js';
import { belt, cover } from '../scenes/grounds.js';
import { element, type Element, type SceneFamily } from '../scenes/scene.js';
import { circle, length, moved, rim, roundedBox, without } from '../scenes/shapes.js';
import { cosine, fraction, mix, sine, smoothStep, turnsOf } from '../wave.js';

const tip = 0.78;
const root = 0.63;
const holeRing = 0.43;

/** A spur gear with a keyed bore and lightening holes, lying on a belt. Its elements are the holes. */
export const gear: SceneFamily = {
  palettes: [
    {
      ground: [
        [0.08, 0.12, 0.13],
        [0.17, 0.25, 0.26],
        [0.3, 0.4, 0.4],
      ],
      parts: [
        [
          [0.2, 0.21, 0.23],
          [0.56, 0.58, 0.61],
          [0.96, 0.97, 0.98],
        ],
      ],
    },
    {
      ground: [
        [0.3, 0.27, 0.24],
        [0.47, 0.43, 0.38],
        [0.62, 0.58, 0.52],
      ],
      parts: [
        [
          [0.27, 0.18, 0.07],
          [0.68, 0.52, 0.25],
          [0.99, 0.9, 0.62],
        ],
      ],
    },
  ],
  jitter: { place: 0.06, turns: 0.5, scale: 0.03 },
  elements: (form) => {
    const count = 4 + Math.floor(form * 2.99);
    return Array.from({ length: count }, (_, hole) =>
      element(holeRing * cosine(hole / count), holeRing * sine(hole / count), 0, {
        halfSize: 0.1,
        moves: ['shift'],
        fold: 1,
      }),
    );
  },
  paintGround(picture, scene) {
    cover(picture, scene, belt);
    const { frame, light } = scene;
    const [x, y] = directionIn(frame, light);
    const shadow = without(circle((tip + root) / 2), circle(0.12));
    paintShadow(picture, frameIn(frame, -0.07 * x, -0.07 * y), shadow, tip, 0.09, 0.55);
  },
  paintSubject(picture, { frame, light, form, elements, palette, noise }) {
    const towards = directionIn(frame, light);
    const teeth = 14 + 2 * Math.floor(form * 4.99);
    const body = without(toothed(teeth), ...bore(), ...elements.map(holeOf));
    paint(picture, frame, {
      shape: body,
      reach: tip,
      ramp: palette.parts[0],
      subject: true,
      tone(u, v, distance) {
        const radius = length(u, v);
        // Turned faces shine in a bow tie across the light.
        const along = (u * towards[0] + v * towards[1]) / (radius + 0.05);
        const sheen = along * along;
        const turned = valueNoise(radius * 42 + noise[0], along + noise[1]) - 0.5;
        const grain = valueNoise(u * 31 + noise[0], v * 31 + noise[1]) - 0.5;
        const web = smoothStep(0.25, 0.28, radius) * (1 - smoothStep(0.56, 0.59, radius));
        const step = web * (1 - web) * 4 * (radius > 0.42 ? -1 : 1) * along;
        const edge = rim(body, u, v, distance, 0.035, towards);
        return 0.5 + 0.24 * sheen - 0.15 * web + 0.2 * step + 0.12 * turned + 0.08 * grain + 0.32 * edge;
      },
    });
  },
};

function holeOf({ x, y, move }: Element): Shape {
  return circle(0.1, x + move.x, y + move.y);
}

/** The bore and its key way. */
function bore(): Shape[] {
  return [circle(0.15), moved(roundedBox(0.04, 0.06, 0.01), 0, -0.16)];
}

function toothed(teeth: number): Shape {
  return (u, v) => {
    const radius = length(u, v);
    if (radius < root - 0.08) return radius - root;
    const aside = Math.abs(fraction(turnsOf(u, v) * teeth) - 0.5) / teeth;
    // Flanks lean inwards: a tooth is thinner at its tip.
    const half = mix(0.32, 0.15, (radius - root) / (tip - root)) / teeth;
    const flank = 6.283 * radius * (aside - half) * 0.9;
    return Math.min(radius - root, Math.max(radius - tip, flank));
  };
}
