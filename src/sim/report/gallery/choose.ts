/** A scored test image. */
export interface RankedImage {
  /** Its place in the client's list. */
  readonly at: number;
  readonly label: 0 | 1;
  readonly score: number;
}

export type GalleryEnd = 'hardest' | 'easiest';

/** Images at each end: what fits into a row. */
const imagesPerEnd = 3;

/**
 * The images that a detector gets most wrong, and most right: by how far the score lies on the right side of the
 * threshold, in mean distances of its class, for defects lie further off; equal ones in the list's order. No image is
 * at both ends.
 * @param threshold null where none is defined: the middle score then
 */
export function chooseImages(
  images: readonly RankedImage[],
  threshold: number | null,
): { readonly end: GalleryEnd; readonly image: RankedImage }[] {
  const middle = images.map(({ score }) => score).sort((a, b) => a - b)[images.length >> 1] ?? 0;
  const distance = ({ score }: RankedImage) => score - (threshold ?? middle);
  const means = [0, 1].map((label) => {
    const distances = images
      .filter((image) => image.label === label)
      .map((image) => Math.abs(distance(image)));
    return distances.reduce((sum, one) => sum + one, 0) / distances.length || 1;
  });
  const margin = (image: RankedImage) =>
    (distance(image) / means[image.label]) * (image.label === 1 ? 1 : -1);
  const ranked = images.toSorted((a, b) => margin(a) - margin(b) || a.at - b.at);
  const count = Math.min(imagesPerEnd, Math.ceil(ranked.length / 2));
  const hardest = ranked.slice(0, count);
  const easiest = ranked.slice(Math.max(count, ranked.length - imagesPerEnd)).reverse();
  return [
    ...hardest.map((image) => ({ end: 'hardest' as const, image })),
    ...easiest.map((image) => ({ end: 'easiest' as const, image })),
  ];
}
