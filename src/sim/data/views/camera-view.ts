/** How one client's camera sees an image: feature skew. Plain data, so that workers can take it. */
export interface CameraView {
  /** Address of the noise of this image; empty without noise. */
  readonly noiseSeed: string;
  /** Standard deviation of the sensor's noise in grey levels of 255. */
  readonly noise: number;
  /** Factor on all intensities. */
  readonly exposure: number;
  /** Change of brightness over one side's length, relative to the centre's, towards the brighter side. */
  readonly gradient: number;
  /** Where the brighter side is, in turns: 0 right, ¼ bottom. */
  readonly gradientDirection: number;
  /** Factors on red, green and blue. */
  readonly colour: readonly [number, number, number];
  /** Deviation of the Gaussian blur, as a share of the image's side. */
  readonly blur: number;
  /** Share of the side that is seen, in (0, 1]. */
  readonly crop: number;
  /** What lies left of (above) the seen part, as a share of what is not seen: 0 its left end, 1 its right end. */
  readonly cropX: number;
  readonly cropY: number;
  /** By how much what is seen turns about its centre, in turns, clockwise. */
  readonly rotation: number;
}

/** Sees every image as it is. */
export const identityView: CameraView = {
  noiseSeed: '',
  noise: 0,
  exposure: 1,
  gradient: 0,
  gradientDirection: 0,
  colour: [1, 1, 1],
  blur: 0,
  crop: 1,
  cropX: 0,
  cropY: 0,
  rotation: 0,
};
