import type { RandomStream } from '../../../../base/random.js';
import type { DefectStrength } from '../defects/defect.js';
import { clamp01, cosine, mix, sine } from '../wave.js';

/** What can happen to an element: it lies aside, turned, or is one of another make. */
export type MoveKind = 'shift' | 'turn' | 'swap';

/** An element's distance from where and how it belongs. */
export interface Move {
  readonly x: number;
  readonly y: number;
  readonly turns: number;
  /** 0 of its own make … 1 wholly of another. */
  readonly swapped: number;
}

/** What an element allows. */
export interface Movable {
  /** Half its smaller side, in the units of its scene. */
  readonly halfSize: number;
  readonly moves: readonly MoveKind[];
  /** It looks the same after a turn by 1 / fold. */
  readonly fold: number;
}

export const atHome: Move = { x: 0, y: 0, turns: 0, swapped: 0 };

/**
 * Draws what is wrong with an element. Extent and contrast both say how far it is out of place (a ghost of it would be
 * no more lifelike at any contrast); how much a swapped one differs is the contrast alone.
 */
export function drawMove(
  { halfSize, moves, fold }: Movable,
  { extent, contrast, scale }: DefectStrength,
  random: RandomStream,
): Move {
  const kind = moves[random.integer(moves.length)];
  const direction = random.uniform();
  const amount = mix(0.55, 1, extent) * scale * mix(0.4, 1, Math.min(contrast, 2));
  if (kind === 'shift') {
    const distance = 0.9 * halfSize * amount;
    return { ...atHome, x: distance * cosine(direction), y: distance * sine(direction) };
  }
  // Half a fold is the furthest that a turn can lead away from home.
  if (kind === 'turn')
    return { ...atHome, turns: ((direction < 0.5 ? -0.5 : 0.5) / fold) * Math.min(1, amount) };
  return { ...atHome, swapped: mix(0.25, 1, clamp01(contrast)) };
}
