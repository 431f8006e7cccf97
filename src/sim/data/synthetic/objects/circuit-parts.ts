import { valueNoise } from '../lattice.js';
import { mixRamps, paint, paintShadow, type Picture, type Shape } from '../scenes/brush.js';
import { directionIn, frameIn, type Frame } from '../scenes/frame.js';
import type { Scene } from '../scenes/scene.js';
import { circle, length, rim, roundedBox } from '../scenes/shapes.js';
import type { Ramp } from '../textures/texture.js';
import { smoothStep } from '../wave.js';
import type { Component } from './circuit-layout.js';

const grey = (dark: number, middle: number, light: number): Ramp => [
  [dark, dark, dark],
  [middle, middle, middle],
  [light, light, light],
];

const metal = grey(0.3, 0.68, 1);
const plastic = grey(0.03, 0.13, 0.5);
const print = grey(0.6, 0.8, 0.95);
const ceramic: Ramp = [
  [0.3, 0.2, 0.12],
  [0.62, 0.46, 0.3],
  [0.9, 0.76, 0.58],
];
const red: Ramp = [
  [0.3, 0.02, 0.02],
  [0.8, 0.14, 0.1],
  [1, 0.7, 0.6],
];
const yellow: Ramp = [
  [0.4, 0.3, 0.02],
  [0.92, 0.76, 0.2],
  [1, 0.96, 0.7],
];
const violet: Ramp = [
  [0.16, 0.1, 0.26],
  [0.38, 0.28, 0.56],
  [0.78, 0.7, 0.9],
];

/** Each kind's body, and the body of what is taken for it. */
const bodies: Record<Component['kind'], readonly [Ramp, Ramp]> = {
  chip: [plastic, ceramic],
  resistor: [plastic, ceramic],
  capacitor: [ceramic, violet],
  can: [metal, violet],
  crystal: [metal, plastic],
  lamp: [red, yellow],
};

/**
 * Paints a component with its shadow.
 * @param swapped 0 the right one … 1 wholly another
 */
export function paintComponent(
  picture: Picture,
  { light, noise }: Scene,
  at: Frame,
  { kind, along, across }: Component,
  swapped: number,
): void {
  const [right, wrong] = bodies[kind];
  const body = mixRamps(right, wrong, swapped);
  const lit = directionIn(at, light);
  const shape: Shape =
    kind === 'can' ? circle(along) : roundedBox(along, across, kind === 'crystal' ? across : 0.015);
  const reach = Math.max(along, across);
  const grain = (u: number, v: number) => valueNoise(u * 33 + noise[0], v * 33 + noise[1]) - 0.5;
  const layer = (part: Shape, ramp: Ramp, tone: (u: number, v: number, distance: number) => number) =>
    paint(picture, at, { shape: part, reach, ramp, tone, subject: true });

  if (kind === 'chip') {
    for (let lead = -3; lead <= 3; lead++)
      for (const side of [-1, 1])
        paint(picture, frameIn(at, lead * 0.074, side * (across + 0.03)), {
          shape: roundedBox(0.014, 0.045, 0.004),
          reach: 0.06,
          ramp: metal,
          tone: (_, v) => 0.7 + 5 * v * lit[1],
          subject: true,
        });
  }
  const height = kind === 'can' ? 0.09 : 0.035;
  paintShadow(picture, frameIn(at, -height * lit[0], -height * lit[1]), shape, reach, 0.035, 0.55);
  layer(shape, body, (u, v, distance) => {
    const edge = rim(shape, u, v, distance, kind === 'can' ? 0.04 : 0.03, lit);
    const round = kind === 'can' ? 0.16 * (u * lit[0] + v * lit[1]) * 6 : 0;
    return 0.48 + 0.3 * edge + round + 0.16 * grain(u, v);
  });
  if (kind === 'chip') {
    layer(circle(0.022, -along + 0.05, across - 0.05), print, () => 0.4);
    // Two lines of lettering, as a camera of this size sees it.
    layer(
      (u, v) =>
        Math.max(
          Math.abs(u) - 0.17,
          Math.abs(Math.abs(v + 0.02) - 0.04) - 0.017,
          0.3 - valueNoise(u * 30, v * 9 + 7),
        ),
      print,
      () => 0.2,
    );
  }
  if (kind === 'resistor' || kind === 'capacitor' || kind === 'lamp') {
    const ends: Shape = (u, v) => Math.max(shape(u, v), along * 0.66 - Math.abs(u));
    layer(ends, metal, (u, v) => 0.66 + 0.5 * v * lit[1] + 0.3 * grain(u, v));
  }
  if (kind === 'resistor') {
    layer(
      (u, v) => Math.max(Math.abs(v) - across * 0.4, Math.abs(Math.abs(u) - 0.02) - 0.008),
      print,
      () => 0.5,
    );
  }
  if (kind === 'can') {
    // Its vent is a cross, and a black segment marks the minus pole.
    layer(
      (u, v) => Math.max(shape(u, v), u + along * 0.5),
      plastic,
      () => 0.45,
    );
    layer(
      (u, v) => Math.max(length(u, v) - along * 0.62, Math.min(Math.abs(u), Math.abs(v)) - 0.006),
      metal,
      () => 0.12,
    );
  }
  if (kind === 'crystal') {
    layer(
      (u, v) => Math.abs(shape(u, v) + 0.022) - 0.006,
      metal,
      (u, v) => 0.25 + 2 * smoothStep(-0.1, 0.1, u * lit[0] + v * lit[1]) * 0.2,
    );
  }
  if (kind === 'lamp') {
    layer(
      circle(along * 0.42),
      mixRamps(yellow, red, swapped),
      (u, v) => 0.62 + 2 * (u * lit[0] + v * lit[1]),
    );
  }
}
