import { element, type Element } from '../scenes/scene.js';

/** What is soldered on: sizes are half sides along and across. */
export interface Component {
  readonly kind: 'chip' | 'resistor' | 'capacitor' | 'can' | 'crystal' | 'lamp';
  readonly x: number;
  readonly y: number;
  readonly turns: number;
  readonly along: number;
  readonly across: number;
}

const at = (kind: Component['kind'], x: number, y: number, turns = 0): Component => {
  const [along, across] = sizes[kind];
  return { kind, x, y, turns, along, across };
};

const sizes: Record<Component['kind'], readonly [number, number]> = {
  chip: [0.26, 0.17],
  resistor: [0.085, 0.05],
  capacitor: [0.075, 0.055],
  can: [0.125, 0.125],
  crystal: [0.16, 0.075],
  lamp: [0.06, 0.05],
};

/** The components of the board and where they belong. */
export const components: readonly Component[] = [
  at('chip', -0.12, -0.05),
  at('can', 0.55, -0.5),
  at('can', 0.55, -0.14),
  at('crystal', -0.4, 0.47),
  at('resistor', -0.6, -0.56),
  at('resistor', -0.34, -0.56),
  at('resistor', -0.08, -0.56),
  at('resistor', 0.22, -0.5, 0.25),
  at('capacitor', -0.62, -0.14, 0.25),
  at('capacitor', -0.62, 0.14, 0.25),
  at('capacitor', 0.08, 0.36),
  at('resistor', 0.08, 0.58),
  at('lamp', 0.42, 0.3, 0.25),
  at('lamp', 0.62, 0.3, 0.25),
  at('resistor', 0.42, 0.56, 0.25),
  at('resistor', 0.62, 0.56, 0.25),
];

/** Copper tracks: corners of each line. */
export const tracks: readonly (readonly (readonly [number, number])[])[] = [
  [
    [-0.6, -0.56],
    [-0.72, -0.44],
    [-0.72, 0.3],
    [-0.56, 0.47],
  ],
  [
    [-0.25, -0.56],
    [-0.25, -0.3],
  ],
  [
    [0, -0.56],
    [0, -0.3],
  ],
  [
    [-0.62, -0.04],
    [-0.4, -0.04],
  ],
  [
    [-0.62, 0.04],
    [-0.4, 0.04],
  ],
  [
    [-0.25, 0.2],
    [-0.25, 0.47],
  ],
  [
    [-0.12, 0.2],
    [-0.12, 0.28],
    [-0.04, 0.36],
    [0, 0.36],
  ],
  [
    [0.17, 0.36],
    [0.28, 0.25],
    [0.28, -0.02],
    [0.4, -0.14],
    [0.5, -0.14],
  ],
  [
    [0.22, -0.4],
    [0.22, -0.22],
    [0.14, -0.14],
  ],
  [
    [0.22, -0.6],
    [0.32, -0.7],
    [0.72, -0.7],
    [0.74, -0.2],
    [0.74, 0.5],
    [0.62, 0.64],
  ],
  [
    [0.42, 0.36],
    [0.42, 0.48],
  ],
  [
    [0.62, 0.36],
    [0.62, 0.48],
  ],
  [
    [0.18, 0.58],
    [0.26, 0.68],
    [0.42, 0.68],
    [0.42, 0.64],
  ],
  [
    [-0.02, 0.58],
    [-0.2, 0.72],
    [-0.5, 0.72],
  ],
];

/** The components as elements: those without poles look the same after half a turn. */
export const placements: readonly Element[] = components.map(({ kind, x, y, turns, across }) =>
  element(x, y, turns, {
    halfSize: across,
    moves: ['shift', 'turn', 'swap'],
    fold: kind === 'chip' || kind === 'can' || kind === 'lamp' ? 1 : 2,
  }),
);
