import type { MethodSettings } from './settings.js';

/** How many of a client's training images are set aside for calibration: at least one, and never all of several. */
export function imagesAside(
  images: number,
  { calibration, calibrationShare }: Pick<MethodSettings, 'calibration' | 'calibrationShare'>,
): number {
  if (calibration === 'none') return 0;
  const wanted = Math.max(1, Math.round(calibrationShare * images));
  return images < 2 ? wanted : Math.min(wanted, images - 1);
}
