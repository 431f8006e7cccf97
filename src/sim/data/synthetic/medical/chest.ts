import { valueNoise } from '../lattice.js';
import { markSubject, paint } from '../scenes/brush.js';
import type { SceneFamily } from '../scenes/scene.js';
import { length } from '../scenes/shapes.js';
import { clamp01, mix, smoothStep } from '../wave.js';
import { folds, greys, paintDark, tissue } from './tissue.js';

/** A chest film: dark lungs, ribs over them, spine, heart to the right of the picture, diaphragm, collar bones. */
export const chest: SceneFamily = {
  palettes: greys,
  jitter: { place: 0.03, turns: 0.008, scale: 0.03 },
  elements: () => [],
  paintGround: paintDark,
  paintSubject(picture, { frame, palette, noise, traits }) {
    const [x, y] = noise;
    const breath = 0.06 * (traits[0] - 0.5);
    const heart = mix(0.9, 1.12, traits[1]);
    const ribStep = mix(0.185, 0.21, traits[2]);
    const ribStart = 0.06 * traits[3];
    const lungDistance = (u: number, v: number) => {
      const right = u > 0;
      const side = Math.abs(u) - 0.42 - 0.05 * v;
      // Pointed above, wide below; the dome of the diaphragm cuts it off.
      const width = 0.31 * Math.sqrt(clamp01((v + 0.84) / 0.75)) + 0.015;
      const dome = 0.56 + breath + (right ? 0.05 : 0) - 0.1 * (1 - (side * side) / 0.09) - v;
      const fromHeart = right ? length((u - 0.1) / 1.15, (v - 0.3) / 1.05) - 0.31 * heart : 1;
      return Math.max((Math.abs(side) - width) * 0.9, -dome, -fromHeart, -(v + 0.85));
    };
    const tone = (u: number, v: number) => {
      const grain = valueNoise(u * 33 + x, v * 33 + y) - 0.5;
      const lung = 1 - smoothStep(-0.05, 0.035, lungDistance(u, v));
      const side = Math.abs(u);
      const shoulders = v < -0.55 ? 0.42 * smoothStep(0.25, 0.5, side) * smoothStep(0.55, 0.95, -v) : 0;
      const body = 1 - smoothStep(0.84, 0.93, side - shoulders * 0.8 + 0.05 * v);
      const above = smoothStep(-1.06, -0.96, v - 0.135 * u * u);
      const soft = 0.56 * body * above + 0.1 * tissue(u * 2 + x, v * 2 + y) * body;
      // Heart, liver and spine add up: the film shows sums.
      const heartEdge = length((u - 0.12) / 1.1, (v - 0.28) / 1.1) - 0.33 * heart;
      const heartGlow = 0.16 * (1 - smoothStep(-0.1, 0.05, heartEdge));
      const liver =
        v > 0.45 && u < 0.3 ? 0.07 * smoothStep(0.45, 0.6, v) * (1 - smoothStep(-0.1, 0.3, u)) : 0;
      const middle = side < 0.21 ? mediastinum(u, v, body) : 0;
      const film = soft + heartGlow + liver + middle + 0.06 * grain;
      const bones = ribs(u, v, ribStep, ribStart) * (0.55 + 0.45 * lung) + collarBone(u, v);
      if (lung === 0) return film + bones * body;
      const hilum = 1 - smoothStep(0.15, 0.6, length(side - 0.18, v));
      const branches = hilum === 0 ? 0 : 0.12 * hilum * folds(u * 4.5 + x, v * 4.5 + y, 0.14);
      return film - lung * (0.5 - branches - 0.06 * tissue(u * 3 + x, v * 3 + y)) + bones * body;
    };
    paint(picture, frame, { shape: () => -1, reach: 1.8, ramp: palette.ground, tone });
    // What is to be found is in the lungs.
    markSubject(picture, frame, (u, v) => lungDistance(u, v) + 0.03, 1.2);
  },
};

/** Spine, great vessels and windpipe. */
function mediastinum(u: number, v: number, body: number): number {
  const vessels = 0.1 * (1 - smoothStep(0.1, 0.2, Math.abs(u + 0.01))) * (1 - smoothStep(0.2, 0.5, v));
  const disc = smoothStep(0.25, 0.6, Math.abs(valueNoise(3, v * 8) - 0.5) * 2);
  const spine = (0.1 + 0.04 * disc) * (1 - smoothStep(0.07, 0.11, Math.abs(u)));
  const airway = 0.16 * (1 - smoothStep(0.025, 0.05, Math.abs(u - 0.01))) * (1 - smoothStep(-0.42, -0.25, v));
  return vessels + spine - airway * body;
}

/** Hind ribs fall outwards in flat arcs; front ribs rise, fainter. Each is brighter along its borders. */
function ribs(u: number, v: number, step: number, start: number): number {
  const side = Math.abs(u);
  if (side > 0.8 || side < 0.1 || v < -0.84 || v > 0.66) return 0;
  const hind = v - 0.62 * side * side + 0.064 * (1 - side) * (1 - side);
  const front = v - 0.558 * (0.85 - side) + 0.1;
  const fade = smoothStep(0.1, 0.18, side) * (1 - smoothStep(0.72, 0.8, side));
  const inRange = smoothStep(-0.84, -0.76, v) * (1 - smoothStep(0.5, 0.66, v));
  const frontFade = smoothStep(0.34, 0.5, side) * 0.55;
  return fade * inRange * (0.15 * ribAt(hind - start, step) + 0.13 * frontFade * ribAt(front - start, step));
}

function ribAt(place: number, step: number): number {
  const along = place / step;
  const away = Math.abs(along - Math.floor(along) - 0.5);
  const body = 1 - smoothStep(0.2, 0.26, away);
  const border = 1 - smoothStep(0, 0.06, Math.abs(away - 0.2));
  return 0.7 * body + 0.5 * border;
}

function collarBone(u: number, v: number): number {
  if (v > -0.5) return 0;
  const side = Math.abs(u);
  const line = -0.62 - 0.2 * (side - 0.1) + 0.05 * Math.abs(side - 0.4);
  const away = Math.abs(v - line);
  const ends = smoothStep(0.08, 0.12, side) * (1 - smoothStep(0.72, 0.85, side));
  return 0.2 * ends * (1 - smoothStep(0.028, 0.045, away));
}
