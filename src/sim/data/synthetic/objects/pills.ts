import { valueNoise } from '../lattice.js';
import { mixRamps, paint, paintShadow, type Shape } from '../scenes/brush.js';
import { directionIn, frameIn } from '../scenes/frame.js';
import { card, cover } from '../scenes/grounds.js';
import { element, frameOf, type SceneFamily } from '../scenes/scene.js';
import { circle, length, rim, roundedBox, stadium } from '../scenes/shapes.js';
import { fraction, smoothStep } from '../wave.js';

const columns = [-0.56, 0, 0.56];
const rows = [-0.58, -0.195, 0.195, 0.58];
const pack = roundedBox(0.86, 0.84, 0.1);

/** A blister pack of twelve: tablets or two-coloured capsules in the pockets of a foil. Its elements are the pills. */
export const pills: SceneFamily = {
  palettes: [
    {
      ground: [
        [0.16, 0.19, 0.24],
        [0.26, 0.3, 0.37],
        [0.38, 0.43, 0.5],
      ],
      parts: [
        [
          [0.36, 0.38, 0.41],
          [0.66, 0.68, 0.71],
          [0.94, 0.95, 0.97],
        ],
        [
          [0.36, 0.07, 0.06],
          [0.8, 0.2, 0.16],
          [1, 0.75, 0.68],
        ],
        [
          [0.55, 0.51, 0.4],
          [0.9, 0.86, 0.74],
          [1, 1, 0.96],
        ],
        [
          [0.05, 0.14, 0.36],
          [0.16, 0.36, 0.7],
          [0.66, 0.82, 1],
        ],
      ],
    },
    {
      ground: [
        [0.46, 0.36, 0.26],
        [0.6, 0.49, 0.37],
        [0.74, 0.63, 0.51],
      ],
      parts: [
        [
          [0.42, 0.37, 0.26],
          [0.72, 0.66, 0.52],
          [0.96, 0.92, 0.8],
        ],
        [
          [0.04, 0.24, 0.2],
          [0.12, 0.52, 0.44],
          [0.66, 0.94, 0.86],
        ],
        [
          [0.5, 0.36, 0.08],
          [0.92, 0.74, 0.28],
          [1, 0.96, 0.72],
        ],
        [
          [0.3, 0.08, 0.3],
          [0.56, 0.2, 0.56],
          [0.9, 0.7, 0.9],
        ],
      ],
    },
  ],
  jitter: { place: 0.03, turns: 0.01, scale: 0.01 },
  elements: (form) =>
    rows.flatMap((y) =>
      columns.map((x) =>
        element(x, y, 0, {
          halfSize: 0.1,
          moves: isCapsule(form) ? ['shift', 'turn', 'swap'] : ['shift', 'swap'],
          fold: 1,
        }),
      ),
    ),
  paintGround(picture, scene) {
    cover(picture, scene, card);
    const [x, y] = directionIn(scene.frame, scene.light);
    paintShadow(picture, frameIn(scene.frame, -0.03 * x, -0.03 * y), pack, 0.86, 0.05, 0.5);
  },
  paintSubject(picture, { frame, light, form, elements, palette, noise }) {
    const towards = directionIn(frame, light);
    const [foil, first, second, other] = palette.parts;
    const capsule = isCapsule(form);
    const pocket: Shape = capsule ? stadium(0.105, 0.145) : circle(0.165);
    const pocketReach = capsule ? 0.25 : 0.165;
    paint(picture, frame, {
      shape: pack,
      reach: 0.86,
      ramp: foil,
      subject: true,
      tone(u, v, distance) {
        // Foil is sealed with a fine rhombic knurl, and is a little crumpled.
        const knurl = Math.abs(fraction((u + v) * 9) - 0.5) + Math.abs(fraction((u - v) * 9) - 0.5);
        const crumple = valueNoise(u * 2.4 + noise[0], v * 2.4 + noise[1]) - 0.5;
        const grain = valueNoise(u * 35 + noise[0], v * 35 + noise[1]) - 0.5;
        const edge = rim(pack, u, v, distance, 0.04, towards);
        return 0.42 + 0.2 * knurl + 0.34 * crumple + 0.1 * grain + 0.2 * edge;
      },
    });
    for (const y of rows) {
      for (const x of columns) {
        const at = frameIn(frame, x, y);
        paint(picture, at, {
          shape: pocket,
          reach: pocketReach,
          across: 0.165,
          ramp: foil,
          subject: true,
          tone(u, v, distance) {
            const smooth = valueNoise((x + u) * 6 + noise[0], (y + v) * 6 + noise[1]) - 0.5;
            return 0.4 + 0.12 * smooth - 0.45 * rim(pocket, u, v, distance, 0.06, towards);
          },
        });
      }
    }
    const pill: Shape = capsule ? stadium(0.105, 0.095) : circle(0.125);
    const pillReach = capsule ? 0.205 : 0.125;
    for (const each of elements) {
      const at = frameOf(frame, each);
      const lit = directionIn(at, light);
      paintShadow(picture, frameIn(at, -0.03 * lit[0], -0.03 * lit[1]), pill, pillReach, 0.04, 0.5);
      // Gelatine shines along the capsule's back, a tablet is dull and has a score.
      const tone = (u: number, v: number, distance: number) => {
        const grain = valueNoise((each.x + u) * 30 + noise[0], (each.y + v) * 30 + noise[1]) - 0.5;
        const round = 0.3 * rim(pill, u, v, distance, capsule ? 0.09 : 0.05, lit);
        if (!capsule)
          return 0.55 + round + 0.12 * grain - 0.22 * (1 - smoothStep(0.006, 0.022, Math.abs(u - v) * 0.7));
        const seam = 1 - smoothStep(0.004, 0.014, Math.abs(u));
        const backX = Math.max(0, Math.abs(u) - 0.09);
        const shine = 1 - smoothStep(0.006, 0.034, length(backX, v - 0.035 * lit[1]));
        return 0.46 + round + 0.06 * grain + 0.4 * shine - 0.16 * seam;
      };
      const { swapped } = each.move;
      paint(picture, at, {
        shape: pill,
        reach: pillReach,
        ramp: mixRamps(second, other, swapped),
        tone,
        subject: true,
      });
      if (capsule) {
        const half: Shape = (u, v) => Math.max(pill(u, v), u);
        paint(picture, at, {
          shape: half,
          reach: pillReach,
          ramp: mixRamps(first, second, swapped),
          tone: (u, v) => tone(u, v, pill(u, v)),
          subject: true,
        });
      }
    }
  },
};

function isCapsule(form: number): boolean {
  return form < 0.6;
}
