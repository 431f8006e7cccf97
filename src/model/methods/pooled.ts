import { runFailed } from '../../base/errors.js';
import { matrixTensor, readMatrix, stackRows, type TensorMap } from '../../base/tensor.js';
import { decodeSpace } from '../alignment/shared-space.js';
import { patchCounts } from './costs.js';
import { inspectAcknowledgement, inspectNumbers, refusal } from './inspections.js';
import { firstLearner, local } from './local.js';
import { finishingStep, withLocal } from './method.js';
import type { ClientContext, ClientStep, Inspection, LocalEntries, Method } from './method.js';
import type { ServerContext, ServerStep, TrainingImages, Upload } from './method.js';
import { alignedPatches, alignPatches, samplePatches } from './patches.js';
import { collectingSteps, newUploads, orNothing, receiptsFor, uploadOnce } from './single-upload.js';
import { memoryExchange, type SettingPath } from './unread-settings.js';

/**
 * The centralised bound: clients upload the patches that they sampled, the server does on all of them what `local` does
 * on a client's, and everybody gets its detector. To the server the pool is one client: with one client it ends with
 * the detector of `local`, bit for bit.
 */

/** Client: its patches before any alignment, in full precision. */
const upload: ClientStep = (context) =>
  uploadOnce(context, async () => {
    const sampled = await samplePatches({ ...context, random: context.inStep('initialise') });
    return { training: sampled.patches.features, calibration: sampled.calibration.features };
  });

/** Server, round 0: the pool's own space, and a first bank. */
const initialise: ServerStep = async (context) => {
  const uploads = newUploads(context);
  const receipts = receiptsFor(context, uploads);
  const learner = await firstLearner(inPlaceOfClient(context), sampledBy(uploads), 'the federation');
  return { local: { ...learner, ...receipts.local }, message: receipts.message };
};

/** Server, rounds 1 … R: a round of `local`, on the patches of all clients that have been there. */
const train: ServerStep = async (context) => {
  const uploads = newUploads(context);
  const receipts = receiptsFor(context, uploads);
  const pool = inPlaceOfClient(context);
  const grown: LocalEntries = uploads.length > 0 ? { aligned: await poolWith(pool, uploads) } : {};
  const trained = await local.client.train(withLocal(pool, grown));
  return { ...trained, local: { ...grown, ...trained.local, ...receipts.local }, message: receipts.message };
};

/** Server, after the rounds: the detector. */
const combine: ServerStep = async (context) => {
  const { detector } = (await local.client.finish(inPlaceOfClient(context))).local!;
  return { local: { detector }, message: detector };
};

/** Client, in training or held out: what it received is its detector. */
const takeDetector: ClientStep = ({ received }) => Promise.resolve({ local: { detector: received } });

/** The server as if it were a client, the first of those that answered: its streams are what the pool draws from. */
function inPlaceOfClient(context: ServerContext): ClientContext {
  const [{ client }] = context.uploads;
  return { ...context, ...context.inPlaceOf(client), client, received: null, setup: null, images: noImages };
}

const noImages: TrainingImages = {
  count: 0,
  patchesPerImage: 0,
  channels: 0,
  features: () => Promise.reject(new Error('the server has no images')),
  category: (image) => {
    throw runFailed(`the server has no image ${image}`);
  },
};

function sampledBy(uploads: readonly Upload[]): { patches: TensorMap; calibration: TensorMap } {
  const stacked = (name: string) =>
    matrixTensor(stackRows(uploads.map(({ message }) => readMatrix(message, name))));
  return { patches: { features: stacked('training') }, calibration: { features: stacked('calibration') } };
}

/** The pool, and new clients' patches after those that it had. */
async function poolWith(pool: ClientContext, uploads: readonly Upload[]): Promise<TensorMap> {
  const sampled: LocalEntries = sampledBy(uploads);
  const added = await alignPatches(withLocal(pool, sampled), decodeSpace(pool.local('space')));
  const known = alignedPatches(pool);
  const stacked = (name: 'training' | 'calibration') =>
    matrixTensor(stackRows([known[name], readMatrix(added, name)]));
  return { training: stacked('training'), calibration: stacked('calibration') };
}

/** Patches as a client samples them: no more, and of all channels. */
function inspectPatches(message: TensorMap, { settings, sizes }: Inspection): void {
  const counts = patchCounts(sizes, settings);
  for (const name of ['training', 'calibration'] as const) {
    inspectNumbers(message, name, null);
    const { type, shape } = message[name];
    if (type !== 'F32' || shape.length !== 2 || shape[1] !== sizes.channels)
      throw refusal(`its tensor ${name} is no F32 matrix of ${sizes.channels} channels`);
    if (shape[0] > counts[name])
      throw refusal(`its tensor ${name} has ${shape[0]} patches, more than ${counts[name]}`);
  }
  if (message.training.shape[0] === 0) throw refusal('it has no patches');
  if (Object.keys(message).length > 2) throw refusal('it holds tensors where none were asked for');
}

const notSampling: readonly SettingPath[] = [
  ...memoryExchange,
  'training',
  'update',
  'memory.local',
  'memory.start',
  'alignment',
  'dimensions',
  'space',
  'anchors',
  'rival',
];

export const pooled: Method = {
  name: 'pooled',
  steps: (settings, heldOut) => [
    ...collectingSteps(settings),
    finishingStep('finish', settings),
    ...(heldOut
      ? [{ name: 'join', round: settings.rounds, audience: 'held-out', finishing: true } as const]
      : []),
  ],
  client: {
    initialise: upload,
    train: upload,
    combine: () => Promise.resolve({}),
    finish: takeDetector,
    join: takeDetector,
  },
  server: {
    initialise,
    train,
    combine,
    finish: (context) => Promise.resolve({ message: context.local('detector') }),
  },
  inspect: {
    initialise: inspectPatches,
    train: orNothing(inspectPatches),
    combine: inspectAcknowledgement,
    finish: inspectAcknowledgement,
    join: inspectAcknowledgement,
  },
  unread: {
    initialise: { client: notSampling, server: local.unread?.initialise.client },
    train: { client: notSampling, server: local.unread?.train.client },
    combine: { client: notSampling, server: local.unread?.finish.client },
  },
  cost(name, role, sizes, settings) {
    if (role === 'client' || name === 'join') return 0;
    const { clients, trainingImages } = sizes;
    const pool = { ...sizes, trainingImages: clients * trainingImages, has: () => true };
    const all = { ...settings, patches: clients * settings.patches };
    if (name === 'combine') return local.cost('finish', 'client', pool, all);
    return name === 'finish' ? 0 : local.cost(name, 'client', pool, all);
  },
};
