import { z } from 'zod';

/** Folders and labels that mean normal where the scenario says nothing else. */
export const goodNames = ['good', 'normal', 'ok', '0'];

const globs = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** Where anybody's images are, in a scenario; all paths start at the set's folder. */
export const filesSchema = z
  .strictObject({
    train: globs.describe('Glob or globs of normal training images; one starting with ! takes images out.'),
    test: globs.optional().describe('Of test images. Left out: those of good and defective.'),
    good: globs.optional().describe('Of normal test images.'),
    defective: globs.optional().describe('Of defective test images.'),
    labels: z
      .strictObject({
        file: z.string().min(1).describe('CSV table with a header: one row an image.'),
        column: z.string().min(1).default('file').describe('Column of paths or file names.'),
        label: z.string().min(1).default('label').describe('Column of labels.'),
        good: z.array(z.string()).min(1).default(goodNames).describe('Labels of normal images.'),
      })
      .optional()
      .describe(
        'Left out, with neither good nor defective: a test image is normal in a folder good, normal, ok or 0.',
      ),
    masks: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Path of a defective image’s mask, such as masks/{stem}.png: {stem} and {name} are the file’s name without and with extension, {folder} its folder, {relative} its path.',
      ),
    marks: z
      .enum(['bright', 'nonzero'])
      .default('bright')
      .describe('Mask values that mark a defect: above 127, or any but 0.'),
    category: z
      .string()
      .min(1)
      .optional()
      .describe(
        'folder: the first folder of an image’s path; else its name. Left out: the name of the set’s folder.',
      ),
  })
  .refine(({ labels, good, defective }) => !labels || (!good && !defective), {
    path: ['labels'],
    message: 'can’t stand beside good or defective: both say which test images are normal',
  });

export type FilesSettings = z.infer<typeof filesSchema>;
