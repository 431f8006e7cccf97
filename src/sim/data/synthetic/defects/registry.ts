import { blurPatch } from './blur-patch.js';
import { colourShift } from './colour-shift.js';
import { crack } from './crack.js';
import type { Defect } from './defect.js';
import { lesion } from './lesion.js';
import { misplacedElement } from './misplaced-element.js';
import { missingPart } from './missing-part.js';
import { scratch } from './scratch.js';
import { spot } from './spot.js';

/** All kinds of defects by name. */
export const defects = {
  scratch,
  spot,
  crack,
  'missing-part': missingPart,
  'blur-patch': blurPatch,
  'colour-shift': colourShift,
  lesion,
  'misplaced-element': misplacedElement,
} as const satisfies Record<string, Defect>;

export type DefectName = keyof typeof defects;

export const defectNames = Object.keys(defects) as readonly DefectName[];
