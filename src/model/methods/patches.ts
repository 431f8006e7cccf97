import { badInput } from '../../base/errors.js';
import { sampleIndices, shuffledIndices } from '../../base/random.js';
import { matrix, matrixTensor, readMatrix, type Matrix, type TensorMap } from '../../base/tensor.js';
import { intoSpace, type SharedSpace } from '../alignment/shared-space.js';
import { imagesAside } from './images-aside.js';
import type { ClientContext } from './method.js';

/**
 * Sets calibration images aside and samples training patches of the others, without replacement.
 * @returns local entries `patches` and `calibration`, each with features [patches × channels]
 */
export async function samplePatches(
  context: ClientContext,
): Promise<{ patches: TensorMap; calibration: TensorMap }> {
  const { images, settings, client } = context;
  const aside = imagesAside(images.count, settings);
  if (images.count - aside < 1) {
    throw badInput(
      `client ${client} has ${images.count} training image${images.count === 1 ? '' : 's'}, too few to set one aside for calibration`,
      'Give it at least 2 normal images, leave it out, or set method.calibration to none.',
    );
  }
  const order = shuffledIndices(context.random('calibration images'), images.count);
  const training = [...order.slice(aside)].sort((a, b) => a - b);
  const chosen = sampleIndices(
    context.random('training patches'),
    training.length * images.patchesPerImage,
    settings.patches,
  );
  const patches = matrix(chosen.length, images.channels);
  let at = 0;
  for (const [position, image] of training.entries()) {
    const end = (position + 1) * images.patchesPerImage;
    if (at >= chosen.length || chosen[at] >= end) continue;
    const features = await images.features(image);
    for (; at < chosen.length && chosen[at] < end; at++) {
      const row = chosen[at] - position * images.patchesPerImage;
      patches.data.set(
        features.data.subarray(row * features.columns, (row + 1) * features.columns),
        at * patches.columns,
      );
    }
  }
  const calibration = matrix(aside * images.patchesPerImage, images.channels);
  for (const [position, image] of [...order.slice(0, aside)].sort((a, b) => a - b).entries()) {
    calibration.data.set(
      (await images.features(image)).data,
      position * images.patchesPerImage * images.channels,
    );
  }
  return {
    patches: { features: matrixTensor(patches) },
    calibration: { features: matrixTensor(calibration) },
  };
}

/** The client's sampled patches in the shared space: `training` and `calibration`, [patches × dimensions]. */
export async function alignPatches(context: ClientContext, space: SharedSpace): Promise<TensorMap> {
  const align = async (entry: string) =>
    matrixTensor(await intoSpace(context.engine, space, readMatrix(context.local(entry), 'features')));
  return { training: await align('patches'), calibration: await align('calibration') };
}

/** Patches in the shared space that {@link alignPatches} left in the local entry `aligned`. */
export function alignedPatches(context: ClientContext): { training: Matrix; calibration: Matrix } {
  const entry = context.local('aligned');
  return { training: readMatrix(entry, 'training'), calibration: readMatrix(entry, 'calibration') };
}
