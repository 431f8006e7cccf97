import { valueNoise } from '../lattice.js';
import { paint, paintShadow, type Picture } from '../scenes/brush.js';
import { directionIn, frameIn, type Frame } from '../scenes/frame.js';
import { card, cover } from '../scenes/grounds.js';
import { frameOf, type Scene, type SceneFamily } from '../scenes/scene.js';
import { circle, length, rim, roundedBox, without } from '../scenes/shapes.js';
import type { Ramp } from '../textures/texture.js';
import { turnsOf } from '../wave.js';
import { type Component, components, placements, tracks } from './circuit-layout.js';
import { paintComponent } from './circuit-parts.js';

const board = roundedBox(0.88, 0.88, 0.07);
const screwHoles = [-0.76, 0.76].flatMap((x) => [-0.76, 0.76].map((y) => [x, y] as const));

/** A printed circuit: copper tracks under solder resist, pads, and sixteen components, which are its elements. */
export const circuit: SceneFamily = {
  palettes: [
    {
      ground: [
        [0.4, 0.42, 0.45],
        [0.56, 0.58, 0.61],
        [0.72, 0.74, 0.77],
      ],
      parts: [
        [
          [0.01, 0.13, 0.07],
          [0.05, 0.33, 0.18],
          [0.3, 0.62, 0.4],
        ],
      ],
    },
    {
      ground: [
        [0.34, 0.32, 0.28],
        [0.5, 0.47, 0.42],
        [0.66, 0.63, 0.58],
      ],
      parts: [
        [
          [0.02, 0.07, 0.2],
          [0.07, 0.2, 0.46],
          [0.32, 0.48, 0.76],
        ],
      ],
    },
  ],
  jitter: { place: 0.03, turns: 0.01, scale: 0.01 },
  elements: () => placements,
  paintGround(picture, scene) {
    cover(picture, scene, card);
    const [x, y] = directionIn(scene.frame, scene.light);
    paintShadow(picture, frameIn(scene.frame, -0.03 * x, -0.03 * y), board, 0.88, 0.05, 0.5);
  },
  paintSubject(picture, scene) {
    const { frame, elements } = scene;
    paintBoard(picture, scene);
    for (const line of tracks)
      for (let corner = 1; corner < line.length; corner++)
        paintTrack(picture, scene, line[corner - 1], line[corner]);
    for (const component of components)
      paintPads(picture, frameIn(frame, component.x, component.y, component.turns), component);
    elements.forEach((each, index) => {
      paintComponent(picture, scene, frameOf(frame, each), components[index], each.move.swapped);
    });
  },
};

function paintBoard(picture: Picture, { frame, light, palette, noise }: Scene): void {
  const towards = directionIn(frame, light);
  const shape = without(board, ...screwHoles.map(([x, y]) => circle(0.05, x, y)));
  paint(picture, frame, {
    shape,
    reach: 0.88,
    ramp: palette.parts[0],
    subject: true,
    tone(u, v, distance) {
      const cloud = valueNoise(u * 1.6 + noise[0], v * 1.6 + noise[1]) - 0.5;
      const glass = valueNoise(u * 37 + noise[0], v * 37 + noise[1]) - 0.5;
      return 0.42 + 0.1 * cloud + 0.12 * glass + 0.2 * rim(board, u, v, distance, 0.03, towards);
    },
  });
  for (const [x, y] of screwHoles)
    paint(picture, frameIn(frame, x, y), {
      ...tinned,
      shape: without(circle(0.085), circle(0.05)),
      reach: 0.09,
    });
}

function paintTrack(
  picture: Picture,
  { frame, palette, noise }: Scene,
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
): void {
  const half = length(bx - ax, by - ay) / 2;
  const along = frameIn(frame, (ax + bx) / 2, (ay + by) / 2, turnsOf(bx - ax, by - ay));
  paint(picture, along, {
    shape: (u, v) => length(Math.max(0, Math.abs(u) - half), v) - 0.016,
    reach: half + 0.02,
    across: 0.02,
    ramp: palette.parts[0],
    subject: true,
    tone: (u, v) => 0.68 + 0.1 * (valueNoise(u * 30 + noise[0], v * 30 + noise[1]) - 0.5),
  });
}

/** Tinned pads where a component's leads belong. */
function paintPads(picture: Picture, at: Frame, { kind, along, across }: Component): void {
  const pad = (x: number, y: number, a: number, b: number) =>
    paint(picture, frameIn(at, x, y), {
      ...tinned,
      shape: roundedBox(a, b, 0.012),
      reach: a,
      across: b,
    });
  if (kind === 'chip') {
    for (let lead = -3; lead <= 3; lead++)
      for (const side of [-1, 1]) pad(lead * 0.074, side * (across + 0.055), 0.022, 0.05);
  } else {
    for (const side of [-1, 1]) pad(side * along, 0, 0.04, Math.min(0.07, across + 0.012));
  }
}

const tin: Ramp = [
  [0.35, 0.35, 0.36],
  [0.7, 0.71, 0.72],
  [0.98, 0.98, 0.98],
];

/** Solder in the light of the lamp. */
const tinned = {
  ramp: tin,
  subject: true,
  tone: (u: number, v: number) => 0.55 + 0.4 * (valueNoise(u * 14 + 3, v * 14 + 5) - 0.5),
};
