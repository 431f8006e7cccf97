import { stream } from '../../base/random.js';
import type { ClientData, ImageRecord } from './image.js';
import { defectNames } from './synthetic/defects/registry.js';
import { worldOf } from './synthetic/world.js';

export interface SyntheticSettings {
  /** Pixels a side. */
  readonly size: number;
  /** 0: all clients look alike; 1: all look different. */
  readonly skew: number;
  readonly contrast: number;
  /** Training images of the client with most. */
  readonly trainImages: number;
  /** Training images of the client with fewest. */
  readonly minimumTrainImages: number;
  readonly testGood: number;
  readonly testDefective: number;
}

/** Clients of a synthetic federation: each its own look, with skewed numbers of training images. */
export function syntheticClients(settings: SyntheticSettings, count: number, seed: number): ClientData[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `client-${index + 1}`;
    const world = worldOf(seed, index, id, settings.skew);
    const record = (
      split: 'train' | 'test',
      at: number,
      defect: ImageRecord['location'] & { kind: 'synthetic' },
    ) => ({
      id: `${id}/${split}/${defect.defect ?? 'good'}/${at}`,
      label: defect.defect ? (1 as const) : (0 as const),
      location: defect,
      mask: { kind: defect.defect ? ('drawn' as const) : ('empty' as const) },
    });
    const image = (
      split: 'train' | 'test',
      at: number,
      defect: (typeof defectNames)[number] | null,
    ): ImageRecord => {
      const { size, contrast } = settings;
      return record(split, at, {
        kind: 'synthetic',
        world,
        seed,
        client: id,
        split,
        index: at,
        defect,
        size,
        contrast,
      });
    };
    // Drawn by the client's own address, so that more clients leave this one as it is.
    const share = stream(seed, 'client', id, 'images').uniform();
    const { trainImages, minimumTrainImages, testGood, testDefective } = settings;
    const train = Math.round(minimumTrainImages + share * share * (trainImages - minimumTrainImages));
    return {
      id,
      train: Array.from({ length: train }, (_, at) => image('train', at, null)),
      test: [
        ...Array.from({ length: testGood }, (_, at) => image('test', at, null)),
        ...Array.from({ length: testDefective }, (_, at) =>
          image('test', testGood + at, defectNames[at % defectNames.length]),
        ),
      ],
    };
  });
}
