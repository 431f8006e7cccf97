import { stream } from '../../base/random.js';
import type { ClientData, ImageRecord } from './image.js';
import { sealLabel } from './label.js';
import type { DefectName } from './synthetic/defects/registry.js';
import { defectsOf, expandFamilies } from './synthetic/families.js';
import type { SyntheticSettings } from './synthetic/schema.js';
import { type CommonWorld, commonWorld, drawWorld, type SyntheticWorld } from './synthetic/world.js';
import { allTestImages, imagesOfSplit, type EvaluatedSplit } from './validation.js';

export type { SyntheticSettings } from './synthetic/schema.js';

const drawnMask = { kind: 'drawn' } as const;
const emptyMask = { kind: 'empty' } as const;

/** What the clients of one federation share. */
interface Federation {
  readonly seed: number;
  readonly settings: SyntheticSettings;
  readonly evaluated: EvaluatedSplit;
  readonly common: CommonWorld;
}

/** Clients of a synthetic federation: each its own look, with skewed numbers of training images. */
export function syntheticClients(
  settings: SyntheticSettings,
  count: number,
  seed: number,
  evaluated = allTestImages,
): ClientData[] {
  const federation = {
    seed,
    settings,
    evaluated,
    common: commonWorld(seed, expandFamilies(settings.families)),
  };
  return Array.from({ length: count }, (_, index) => new SyntheticClient(index, federation));
}

/**
 * A class, for there may be 100,000: an object with getters of its own weighs ten times as much. Lists of images are
 * made when they are first read, and kept: what is computed of an image is found again by its record.
 */
class SyntheticClient implements ClientData {
  readonly id: string;
  readonly #index: number;
  readonly #federation: Federation;
  #train: readonly ImageRecord[] | undefined;
  #test: readonly ImageRecord[] | undefined;
  #world: SyntheticWorld | undefined;

  constructor(index: number, federation: Federation) {
    this.id = `client-${index + 1}`;
    this.#index = index;
    this.#federation = federation;
  }

  get train(): readonly ImageRecord[] {
    this.#train ??= Array.from({ length: this.#trainImages() }, (_, at) => this.#image('train', at, null));
    return this.#train;
  }

  get test(): readonly ImageRecord[] {
    this.#test ??= imagesOfSplit(this.#testImages(), this.#federation.evaluated);
    return this.#test;
  }

  #trainImages(): number {
    const { seed, settings } = this.#federation;
    // Drawn by the client's own address, so that more clients leave this one as it is.
    const share = stream(seed, 'client', this.id, 'images').uniform();
    const { trainImages, minimumTrainImages } = settings;
    return Math.round(minimumTrainImages + share * share * (trainImages - minimumTrainImages));
  }

  #testImages(): ImageRecord[] {
    const { testGood, testDefective, defects } = this.#federation.settings;
    const suitable = defectsOf(this.#drawnWorld().family, defects);
    return [
      ...Array.from({ length: testGood }, (_, at) => this.#image('test', at, null)),
      ...Array.from({ length: testDefective }, (_, at) =>
        this.#image('test', testGood + at, suitable[at % suitable.length]),
      ),
    ];
  }

  #image(split: 'train' | 'test', index: number, defect: DefectName | null): ImageRecord {
    const { seed, settings } = this.#federation;
    const { size, contrast } = settings;
    const client = this.id;
    const world = this.#drawnWorld();
    return {
      id: `${client}/${split}/${defect ?? 'good'}/${index}`,
      label: sealLabel(defect ? 1 : 0),
      source: 'synthetic',
      category: world.family,
      location: { kind: 'synthetic', world, seed, client, split, index, defect, size, contrast },
      mask: defect ? drawnMask : emptyMask,
    };
  }

  /** Drawn with the first list that is read: a run of which few clients are at work draws few worlds. */
  #drawnWorld(): SyntheticWorld {
    const { settings, common } = this.#federation;
    this.#world ??= sized(drawWorld(common, this.#index, this.id, settings.skew), settings.defectSize);
    return this.#world;
  }
}

/** Left out at 1: an image is known by the hash of its location. */
function sized(world: SyntheticWorld, defectSize: number): SyntheticWorld {
  return defectSize === 1 ? world : { ...world, defectSize };
}
