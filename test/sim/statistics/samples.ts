import { stream } from '../../../src/base/random.js';
import type { MethodScores, ScoredImage } from '../../../src/sim/statistics/scored-images.js';

export interface DrawnMethod {
  /** How far defective images lie above normal ones, in deviations of an image. */
  readonly shift: number;
  /** Deviation of that distance over the seeds. */
  readonly seedDeviation?: number;
}

/** Scores of methods on the same drawn images: an image is as hard for every method and seed, and noise comes on top. */
export function drawMethods(
  address: string | number,
  methods: readonly DrawnMethod[],
  { seeds = 3, clients = 2, perClass = 10, noise = 0.7 } = {},
): MethodScores[] {
  const hardness = stream(1, address, 'hardness');
  const images = Array.from({ length: clients }, (_, client) =>
    Array.from({ length: 2 * perClass }, (_, at) => ({
      id: `image-${client}-${at}`,
      owner: `client-${client}`,
      label: (at % 2) as 0 | 1,
      hardness: hardness.normal(),
    })),
  );
  return methods.map(({ shift, seedDeviation = 0 }, method) =>
    Array.from({ length: seeds }, (_, seed) => {
      const random = stream(1, address, method, seed);
      const drawnShift = shift + seedDeviation * random.normal();
      const scored = ({ hardness: own, ...image }: (typeof images)[0][0]): ScoredImage => ({
        ...image,
        score: own + drawnShift * image.label + noise * random.normal(),
      });
      return {
        seed,
        detectors: images.map((own, client) => ({ client: `client-${client}`, images: own.map(scored) })),
      };
    }),
  );
}

/** A method with one detector in one seed. */
export function oneDetector(normal: readonly number[], defective: readonly number[]): MethodScores {
  const image = (label: 0 | 1) => (score: number, at: number) => ({
    id: `${label}/${at}`,
    owner: 'a',
    label,
    score,
  });
  const images = [...normal.map(image(0)), ...defective.map(image(1))];
  return [{ seed: 1, detectors: [{ client: 'a', images }] }];
}
