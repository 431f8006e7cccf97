import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Real images and weights, where the machine has them. */
export const dataFolder = process.env.FEDDYMEM_DATA;
export const hasData = dataFolder !== undefined && existsSync(join(dataFolder, 'weights'));
export const withoutData = 'FEDDYMEM_DATA does not point to the real images and weights: skipped';

export function dataFile(...parts: string[]): string {
  return join(dataFolder ?? '', ...parts);
}
