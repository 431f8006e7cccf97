import type { z } from 'zod';

interface ImageCounts {
  readonly trainImages: number;
  readonly minimumTrainImages: number;
}

/** A drawn federation's smallest client has no more training images than its largest. */
export function refuseLeastAboveMost(
  { trainImages, minimumTrainImages }: ImageCounts,
  context: z.core.$RefinementCtx,
): void {
  if (minimumTrainImages <= trainImages) return;
  const message = `must be at least minimumTrainImages, and ${trainImages} is below ${minimumTrainImages}`;
  context.addIssue({ code: 'custom', path: ['trainImages'], message });
}
