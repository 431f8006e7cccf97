import { stream } from '../../base/random.js';
import type { FeatureWorld } from './feature-world.js';
import type { ClientData, ImageRecord } from './image.js';
import { sealLabel } from './label.js';
import { allTestImages, imagesOfSplit, type EvaluatedSplit } from './validation.js';

export interface FeatureSettings extends Omit<FeatureWorld, 'seed'> {
  /** Training images of the client with most. */
  readonly trainImages: number;
  /** Training images of the client with fewest. */
  readonly minimumTrainImages: number;
  readonly testGood: number;
  readonly testDefective: number;
}

/** Clients whose images are patch features drawn from a common world. */
export function featureClients(
  settings: FeatureSettings,
  count: number,
  seed: number,
  evaluated = allTestImages,
): ClientData[] {
  const { channels, grid, products, modes, skew, separation, defectShift } = settings;
  const world = { seed, channels, grid, products, modes, skew, separation, defectShift };
  return Array.from(
    { length: count },
    (_, index) => new FeatureClient(`client-${index + 1}`, world, settings, evaluated),
  );
}

/** A class, for there may be 100,000: an object with getters of its own weighs ten times as much. */
class FeatureClient implements ClientData {
  readonly #world: FeatureWorld;
  readonly #settings: FeatureSettings;
  readonly #evaluated: EvaluatedSplit;
  #trainImages: number | undefined;

  constructor(
    readonly id: string,
    world: FeatureWorld,
    settings: FeatureSettings,
    evaluated: EvaluatedSplit,
  ) {
    this.#world = world;
    this.#settings = settings;
    this.#evaluated = evaluated;
  }

  get drawn(): true {
    return true;
  }

  get trainCount(): number {
    return (this.#trainImages ??= this.#drawTrainImages());
  }

  get fewestTrain(): number {
    return this.#settings.minimumTrainImages;
  }

  /** Made anew at every reading, as `test` is: nothing is held of clients that are not at work. */
  get train(): readonly ImageRecord[] {
    return this.#images('train', 0, this.trainCount, false);
  }

  get test(): readonly ImageRecord[] {
    const { testGood, testDefective } = this.#settings;
    const images = [
      ...this.#images('test', 0, testGood, false),
      ...this.#images('test', testGood, testDefective, true),
    ];
    return imagesOfSplit(images, this.#evaluated);
  }

  #drawTrainImages(): number {
    const { trainImages, minimumTrainImages } = this.#settings;
    const share = stream(this.#world.seed, 'client', this.id, 'images').uniform();
    return Math.round(minimumTrainImages + share * share * (trainImages - minimumTrainImages));
  }

  #images(split: 'train' | 'test', first: number, count: number, defective: boolean): ImageRecord[] {
    return Array.from({ length: count }, (_, at) => ({
      id: `${this.id}/${split}/${defective ? 'defective' : 'good'}/${first + at}`,
      label: sealLabel(defective ? 1 : 0),
      source: 'features',
      category: 'features',
      location: { kind: 'drawn', world: this.#world, client: this.id, split, index: first + at, defective },
      mask: { kind: 'none' },
    }));
  }
}
