import type { DefectName } from './defects/registry.js';
import { medical, medicalNames, type MedicalName } from './medical/registry.js';
import { objects, objectNames, type ObjectName } from './objects/registry.js';
import type { SceneFamily } from './scenes/scene.js';
import { textureNames, textures, type TextureName } from './textures/registry.js';
import type { Texture } from './textures/texture.js';

/** The families by what they show; a group's name stands for all of its families. */
export const familyGroups = { textures: textureNames, objects: objectNames, medical: medicalNames } as const;

export type GroupName = keyof typeof familyGroups;
export type FamilyName = TextureName | ObjectName | MedicalName;

export const groupNames = Object.keys(familyGroups) as readonly GroupName[];
export const familyNames: readonly FamilyName[] = [...textureNames, ...objectNames, ...medicalNames];

const textureTable: Readonly<Record<string, Texture>> = textures;
const sceneTable: Readonly<Record<string, SceneFamily>> = { ...objects, ...medical };

export function isTexture(family: FamilyName): family is TextureName {
  return family in textures;
}

export function isMedical(family: FamilyName): family is MedicalName {
  return family in medical;
}

export function sceneOf(family: ObjectName | MedicalName): SceneFamily {
  return sceneTable[family];
}

/** Groups in place of their names, each family once, in the order in which clients take them. */
export function expandFamilies(chosen: readonly (FamilyName | GroupName)[]): FamilyName[] {
  const all = chosen.flatMap((name): readonly FamilyName[] =>
    name in familyGroups ? familyGroups[name as GroupName] : [name as FamilyName],
  );
  return [...new Set(all)];
}

/** Defects that a film or a scan can't have, and one that nothing else has. */
const notMedical: readonly DefectName[] = ['scratch', 'crack', 'colour-shift'];

/** Which of the chosen defects a family shows, in their order: no scratches on tissue, no lesions on wood. */
export function defectsOf(family: FamilyName, chosen: readonly DefectName[]): DefectName[] {
  return chosen.filter((defect) => {
    if (defect === 'misplaced-element') return hasElements(family);
    if (defect === 'lesion') return isMedical(family);
    return !(isMedical(family) && notMedical.includes(defect));
  });
}

function hasElements(family: FamilyName): boolean {
  if (isTexture(family)) return textureTable[family].elements !== undefined;
  return sceneTable[family].elements(0).length > 0;
}
