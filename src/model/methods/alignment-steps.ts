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
import type { ClientContext, ClientStep, MethodStep, ServerContext, ServerStep } from './method.js';
import { alignPatches, samplePatches } from './patches.js';
import type { MethodSettings } from './settings.js';
import { memoryExchange, type UnreadSettings } from './unread-settings.js';

/** The exchanges from which the server makes one space for everybody: moments, and second moments where needed. */
export function alignmentSteps(settings: MethodSettings): MethodStep[] {
  const { needsSecondMoment } = alignments[settings.alignment];
  return ['moments', ...(needsSecondMoment ? ['covariance'] : [])].map((name) => ({
    name,
    round: null,
    audience: 'cohort',
    essential: true,
  }));
}

const afterAlignment = [
  ...memoryExchange,
  'memory.local',
  'training',
  'update',
  'anchors',
  'privateMemory',
  'rival',
] as const;
const sampling = ['patches', 'calibration', 'calibrationShare'] as const;

/** The exchanges of {@link alignmentSteps} come before all that makes methods differ. */
export const alignmentUnread: UnreadSettings = {
  moments: {
    client: [...afterAlignment, 'alignment', 'dimensions'],
    server: [...afterAlignment, ...sampling],
  },
  covariance: { client: [...afterAlignment, 'dimensions'], server: [...afterAlignment, ...sampling] },
};

/** Client: sample patches, send channel sums. */
export const sendMoments: ClientStep = async (context) => {
  const local = await sampledPatches(context);
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
  const [{ client }, ...others] = context.uploads;
  const moments = combineMoments(
    context.uploads.map(({ message }) => ({
      count: readFloat64(message, 'count')[0],
      sums: readFloat64(message, 'sums'),
      squares: readFloat64(message, 'squares'),
    })),
    others.length === 0 ? `client ${client}` : 'the federation',
  );
  const local = { moments: encodeMoments(moments) };
  if (alignments[context.settings.alignment].needsSecondMoment) {
    return Promise.resolve({ local, message: local.moments });
  }
  // The identity needs no sending.
  if (context.settings.alignment === 'none') return Promise.resolve({ local, setup: local.moments });
  const projection = encodeProjection(context, moments, null);
  return Promise.resolve({ local: { ...local, projection }, setup: { ...local.moments, ...projection } });
};

/** Client: send the upper triangle of Σ x̃x̃ᵀ. */
export const sendSecondMoments: ClientStep = async (context) => {
  const moments = decodeMoments(context.received!);
  const sampled = await sampledPatches(context);
  const features = readMatrix(sampled.patches, 'features');
  const { centred }: Alignment = alignments[context.settings.alignment];
  const products = await standardisedOuterProducts(context.engine, moments, features, centred);
  return {
    local: { ...sampled },
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
  return Promise.resolve({ local: { projection }, setup: { ...context.local('moments'), ...projection } });
};

/** Client: the shared space, and its patches in it; the raw ones have served. */
export async function enterSpace(
  context: ClientContext,
): Promise<{ space: TensorMap; aligned: TensorMap; patches: null; calibration: null }> {
  const sampled = await sampledPatches(context);
  const space = receivedSpace(context, context.setup!);
  const aligned = await alignPatches(
    { ...context, local: (name) => sampled[name as keyof typeof sampled] },
    space,
  );
  return { space: encodeSpace(space), aligned, patches: null, calibration: null };
}

/** Local entries `patches` and `calibration`, sampled now if they were not before. */
async function sampledPatches(
  context: ClientContext,
): Promise<{ patches: TensorMap; calibration: TensorMap }> {
  return context.hasLocal('patches')
    ? { patches: context.local('patches'), calibration: context.local('calibration') }
    : samplePatches(context);
}

/** The shared space from what the server sent. */
export function receivedSpace({ settings, common }: ClientContext, setup: TensorMap): SharedSpace {
  const moments = decodeMoments(setup);
  if (settings.alignment === 'none')
    return sharedSpace(moments, projectionOf(settings, moments, null, common()));
  return sharedSpace(moments, readMatrix(setup, 'projection'));
}

/** Dimensions of the shared space, on the server. */
export function dimensionsOf({ local, hasLocal }: Pick<ServerContext, 'local' | 'hasLocal'>): number {
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
