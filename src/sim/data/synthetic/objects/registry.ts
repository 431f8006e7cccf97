import type { SceneFamily } from '../scenes/scene.js';
import { cap } from './cap.js';
import { circuit } from './circuit.js';
import { gear } from './gear.js';
import { nut } from './nut.js';
import { pills } from './pills.js';
import { screw } from './screw.js';

/** Families of objects on a ground, in the order in which clients take them. A new family goes last. */
export const objects = { screw, gear, pills, circuit, cap, nut } as const satisfies Record<
  string,
  SceneFamily
>;

export type ObjectName = keyof typeof objects;

export const objectNames = Object.keys(objects) as readonly ObjectName[];
