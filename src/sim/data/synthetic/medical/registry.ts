import type { SceneFamily } from '../scenes/scene.js';
import { brain } from './brain.js';
import { chest } from './chest.js';
import { retina } from './retina.js';

/** Families of medical pictures, in the order in which clients take them. A new family goes last. */
export const medical = { brain, retina, chest } as const satisfies Record<string, SceneFamily>;

export type MedicalName = keyof typeof medical;

export const medicalNames = Object.keys(medical) as readonly MedicalName[];
