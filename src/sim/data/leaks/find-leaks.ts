import { badInput } from '../../../base/errors.js';
import { groupedBy } from '../../../base/grouped-by.js';
import { detailOf } from './detail.js';
import type { Fingerprint } from './fingerprint.js';
import { nearHashes } from './hash-index.js';
import { sceneOf, type Scene } from './scene.js';
import { pictureOf, referenceOf, similarTo, type Picture } from './similarity.js';
import { isFlat } from './thumbnail.js';

/** An image of the federation and whose it is. */
export interface Located {
  readonly client: string;
  readonly id: string;
  /** Pictures of one scene may share a fixed background: the data set and category, say. Left out: the client. */
  readonly scene?: string;
  readonly fingerprint: Fingerprint;
}

export interface Place {
  readonly client: string;
  readonly id: string;
}

/** A training image and a test image that show the same. */
export interface Leak {
  /** `exact`: the same file, or the same pixels at 64×64. `near`: a copy that was changed, or the same specimen again. */
  readonly kind: 'exact' | 'near';
  readonly train: Place;
  readonly test: Place;
  /** 1 for exact ones; else how much of the test image the training image explains beyond their scene, up to 1. */
  readonly similarity: number;
}

export interface LeakOptions {
  /** Least similarity of a near leak. */
  readonly threshold?: number;
  /** Called at every training image; what it throws ends the search. */
  readonly check?: () => void;
}

/**
 * Chosen on six sets (magnetic tiles, concrete, solar cells, tires, bottles, brains) with 1,840 test images. Of planted
 * copies, encoded again at a quality from 75, resized by ½ to 1½, made darker or brighter, blurred, or cropped by 2 to
 * 4 %, 94 % and more are found, of those at a quality of 60 85 % and more; of cropped solar cells, though, a quarter to
 * a half. Copies turned by 1° are found now and then; mirrored, turned further or cropped by 10 %, never. One pair
 * found is no leak: two cells of one solar module, 0.943. Different bottles come to 0.92, different tires to 0.89.
 */
export const defaultThreshold = 0.94;

/** Bits by which perceptual hashes of copies may differ. */
export const hashRadius = 15;

/**
 * Training images that are in the test data too, of the same client or another, exactly or nearly. Repeats within the
 * training images or within the test images are no leaks.
 * @returns exact ones first, then the most similar; the order of the images given does not matter
 * @throws FeddymemError (bad-input) on a threshold outside (0, 1]
 */
export function findLeaks(
  train: readonly Located[],
  test: readonly Located[],
  { threshold = defaultThreshold, check = () => undefined }: LeakOptions = {},
): Leak[] {
  if (!(threshold > 0 && threshold <= 1)) {
    throw badInput(`the leak threshold is ${threshold}`, 'Choose one above 0, up to 1.');
  }
  const trained = train.slice().sort(byPlace);
  const tested = test.slice().sort(byPlace);
  const candidates = nearHashes(trained.map(hashOf), tested.map(hashOf), hashRadius);
  const sceneFor = scenesOf(trained);
  const pictureAt = picturesOf(tested);
  const leaks = sameFiles(trained, tested);
  trained.forEach((image, at) => {
    check();
    const others = candidates[at].filter((other) => !sameFile(image, tested[other]));
    if (others.length === 0 || isFlat(image.fingerprint.thumbnail)) return;
    const reference = referenceOf(detailOf(image.fingerprint.thumbnail), sceneFor(image));
    for (const other of others) {
      const leak = (kind: Leak['kind'], similarity: number) =>
        leaks.push({ kind, train: placeOf(image), test: placeOf(tested[other]), similarity });
      if (samePixels(image, tested[other])) {
        leak('exact', 1);
      } else {
        const similarity = similarTo(reference, pictureAt(other));
        if (similarity >= threshold) leak('near', similarity);
      }
    }
  });
  return leaks.sort(byWeight);
}

/** Equal content hashes: found without the perceptual hash, which says nothing of flat images. */
function sameFiles(train: readonly Located[], test: readonly Located[]): Leak[] {
  const owners = groupedBy(train, ({ fingerprint }) => fingerprint.contentHash);
  return test.flatMap((image) =>
    (owners.get(image.fingerprint.contentHash) ?? []).map((owner): Leak => ({
      kind: 'exact',
      train: placeOf(owner),
      test: placeOf(image),
      similarity: 1,
    })),
  );
}

function sameFile(a: Located, b: Located): boolean {
  return a.fingerprint.contentHash === b.fingerprint.contentHash;
}

function samePixels(a: Located, b: Located): boolean {
  return a.fingerprint.thumbnail.every((value, at) => value === b.fingerprint.thumbnail[at]);
}

/** Each training image's scene; a scene is computed when first asked for. */
function scenesOf(train: readonly Located[]): (image: Located) => Scene {
  const groups = groupedBy(train, sceneName);
  const scenes = new Map<string, Scene>();
  return (image) => {
    const name = sceneName(image);
    const known = scenes.get(name);
    if (known) return known;
    const scene = sceneOf(groups.get(name)!.map(({ fingerprint }) => fingerprint.thumbnail));
    scenes.set(name, scene);
    return scene;
  };
}

/** Scenes named by the user and those of clients without one don't mix. */
function sceneName({ scene, client }: Located): string {
  return JSON.stringify(scene === undefined ? { client } : { scene });
}

/** Images as they are compared, each computed once. */
function picturesOf(images: readonly Located[]): (index: number) => Picture {
  const known = new Map<number, Picture>();
  return (index) => {
    const picture = known.get(index) ?? pictureOf(detailOf(images[index].fingerprint.thumbnail));
    known.set(index, picture);
    return picture;
  };
}

function hashOf({ fingerprint }: Located) {
  return fingerprint.hash;
}

function placeOf({ client, id }: Located): Place {
  return { client, id };
}

function byPlace(a: Place, b: Place): number {
  return byText(a.client, b.client) || byText(a.id, b.id);
}

function byWeight(a: Leak, b: Leak): number {
  return (
    byText(a.kind, b.kind) ||
    b.similarity - a.similarity ||
    byPlace(a.test, b.test) ||
    byPlace(a.train, b.train)
  );
}

/** By code units: the same order in every locale. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
