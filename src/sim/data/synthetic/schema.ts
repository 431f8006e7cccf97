import { z } from 'zod';
import { refuseLeastAboveMost } from '../least-images.js';
import { type DefectName, defectNames } from './defects/registry.js';
import { defectsOf, expandFamilies, familyNames, groupNames } from './families.js';

const count = z.int().positive();

/** Kinds that are drawn unless told otherwise; of a misplaced element one has to ask. */
const usualDefects = defectNames.filter((name) => name !== 'misplaced-element');

/** A federation of drawn inspection images: `data` of a scenario with source synthetic. */
export const syntheticSchema = z
  .strictObject({
    source: z.literal('synthetic'),
    size: z.int().min(32).max(1024).default(128).describe('Pixels a side.'),
    families: z
      .array(z.enum([...groupNames, ...familyNames]))
      .min(1)
      .default(['textures'])
      .describe('What clients show, in turn; textures, objects and medical stand for all of theirs.'),
    skew: z.number().min(0).max(1).default(1).describe('0: all clients look alike; 1: all look different.'),
    defects: z
      .array(z.enum(defectNames as readonly [DefectName, ...DefectName[]]))
      .min(1)
      .default([...usualDefects])
      .describe('Kinds of defects in turn; a family shows those of them that suit it.'),
    defectSize: z.number().min(0.25).max(3).default(1).describe('Factor on the extent of defects.'),
    contrast: z.number().positive().max(10).default(1).describe('How strongly defects show.'),
    trainImages: count.default(60).describe('Training images of the largest client.'),
    minimumTrainImages: count.default(16).describe('Training images of the smallest client.'),
    testGood: z.int().nonnegative().default(16).describe('Normal test images of each client.'),
    testDefective: z.int().nonnegative().default(24).describe('Defective test images of each client.'),
  })
  .superRefine(refuseLeastAboveMost)
  .superRefine(({ families, defects }, context) => {
    for (const family of expandFamilies(families)) {
      if (defectsOf(family, defects).length > 0) continue;
      context.addIssue({ code: 'custom', path: ['defects'], message: `has none that ${family} can show` });
    }
  });

export type SyntheticSettings = z.infer<typeof syntheticSchema>;
