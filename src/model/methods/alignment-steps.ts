import {
  matrix,
  readFloat32,
  readFloat64,
  readMatrix,
  vectorTensor,
  type TensorMap,
} from '../../base/tensor.js';
import { alignments, type Alignment } from '../alignment/alignment.js';
import { activeChannels, combineMoments, momentSums, type ChannelMoments } from '../alignment/moments.js';
import {
  addSymmetric,
  sharedSpace,
  standardisedOuterProducts,
  upperTriangle,
} from '../alignment/shared-space.js';
import { encodeSpace, type SharedSpace } from '../alignment/shared-space.js';
import {
  step,
  type ClientContext,
  type ClientStep,
  type MethodStep,
  type ServerContext,
  type ServerStep,
} from './method.js';
import { alignPatches, samplePatches } from './patches.js';
import type { MethodSettings } from './settings.js';

/** The exchanges that give everybody one space: moments, and second moments where the choice needs them. */
export function alignmentSteps(settings: MethodSettings): MethodStep[] {
  const { needsSecondMoment } = alignments[settings.alignment];
  return ['moments', ...(needsSecondMoment ? ['covariance'] : []), 'align'].map((name) => step(name, null));
}

/** Client: sample patches, send channel sums. */
export const sendMoments: ClientStep = async (context) => {
  const local = await samplePatches(context);
  const { count, sums, squares } = momentSums(
    readMatrix(local.patches, 'features'),
    `client ${context.client}`,
  );
  const message = {
    count: vectorTensor(Float64Array.of(count)),
    sums: vectorTensor(sums),
    squares: vectorTensor(squares),
  };
  return { local: { ...local }, message };
};

/** Server: means and deviations; with a choice that needs no second moments, the projection too. */
export const combineMomentSums: ServerStep = (context) => {
  const moments = combineMoments(
    context.uploads.map(({ message }) => ({
      count: readFloat64(message, 'count')[0],
      sums: readFloat64(message, 'sums'),
      squares: readFloat64(message, 'squares'),
    })),
  );
  const local = { moments: encodeMoments(moments) };
  if (alignments[context.settings.alignment].needsSecondMoment) {
    return Promise.resolve({ local, message: local.moments });
  }
  // The identity needs no sending.
  if (context.settings.alignment === 'none') return Promise.resolve({ local, message: local.moments });
  const projection = encodeProjection(context, moments, null);
  return Promise.resolve({ local: { ...local, projection }, message: { ...local.moments, ...projection } });
};

/** Client: send the upper triangle of Σ x̃x̃ᵀ. */
export const sendSecondMoments: ClientStep = async (context) => {
  const moments = decodeMoments(context.received!);
  const features = readMatrix(context.local('patches'), 'features');
  const { centred }: Alignment = alignments[context.settings.alignment];
  const products = await standardisedOuterProducts(context.engine, moments, features, centred);
  return {
    local: { moments: encodeMoments(moments) },
    message: {
      count: vectorTensor(Float64Array.of(features.rows)),
      triangle: vectorTensor(upperTriangle(products, activeChannels(moments).length)),
    },
  };
};

/** Server: the projection from the mean second moment. */
export const combineSecondMoments: ServerStep = (context) => {
  const moments = decodeMoments(context.local('moments'));
  const channels = activeChannels(moments).length;
  const sum = new Float64Array(channels * channels);
  let count = 0;
  for (const { message } of context.uploads) {
    addSymmetric(sum, readFloat32(message, 'triangle'), channels);
    count += readFloat64(message, 'count')[0];
  }
  const projection = encodeProjection(
    context,
    moments,
    sum.map((value) => value / count),
  );
  return Promise.resolve({ local: { projection }, message: projection });
};

/** Client: put the sampled patches into the shared space. */
export const enterSpace: ClientStep = async (context) => {
  const space = receivedSpace(context);
  return { local: { space: encodeSpace(space), aligned: await alignPatches(context, space) } };
};

/** The shared space from what a client has received: projection now, moments now or before. */
export function receivedSpace({ received, local, settings, common }: ClientContext): SharedSpace {
  const moments = decodeMoments(Object.hasOwn(received!, 'means') ? received! : local('moments'));
  if (settings.alignment === 'none')
    return sharedSpace(moments, projectionOf(settings, moments, null, common()));
  return sharedSpace(moments, readMatrix(received!, 'projection'));
}

/** Dimensions of the shared space, on the server. */
export function dimensionsOf({ local, hasLocal }: ServerContext): number {
  if (hasLocal('projection')) return readMatrix(local('projection'), 'projection').rows;
  return activeChannels(decodeMoments(local('moments'))).length;
}

export function encodeMoments({ means, deviations }: ChannelMoments): TensorMap {
  return { means: vectorTensor(means), deviations: vectorTensor(deviations) };
}

export function decodeMoments(tensors: TensorMap): ChannelMoments {
  return { means: readFloat64(tensors, 'means'), deviations: readFloat64(tensors, 'deviations') };
}

function encodeProjection(
  context: Pick<ServerContext, 'settings' | 'random'>,
  moments: ChannelMoments,
  secondMoment: Float64Array | null,
): TensorMap {
  const projection = projectionOf(context.settings, moments, secondMoment, context.random('projection'));
  return { projection: { type: 'F32', shape: [projection.rows, projection.columns], data: projection.data } };
}

/** [dimensions × active channels] */
export function projectionOf(
  settings: MethodSettings,
  moments: ChannelMoments,
  secondMoment: Float64Array | null,
  random: Parameters<(typeof alignments)['minor']['project']>[3],
) {
  const channels = activeChannels(moments).length;
  const wanted = settings.alignment === 'none' ? channels : Math.min(settings.dimensions, channels);
  const rows = alignments[settings.alignment].project(channels, wanted, secondMoment, random);
  return matrix(wanted, channels, Float32Array.from(rows));
}
