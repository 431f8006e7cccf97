import { badInput } from '../../base/errors.js';
import type { TensorMap } from '../../base/tensor.js';
import {
  bankOfPoints,
  concatenateBanks,
  emptyBank,
  totalWeight,
  type MemoryBank,
} from '../../memory/memory-bank.js';
import { decodeBank, decodeMatrix, encodeBank, encodeMatrix } from '../../memory/wire.js';
import { dimensionsOf } from './alignment-steps.js';
import { patchCounts } from './costs.js';
import { inspectNumbers, refusal, roundingShare } from './inspections.js';
import { inspectSlots, inspectWireTypes } from './memory-inspections.js';
import type { Inspection, ServerContext, ServerStep } from './method.js';
import type { PlainMemory } from './plain-memory.js';
import { newUploads, receiptsFor } from './single-upload.js';

/** The server of a method whose memory is points alone (plain-memory.ts). */

/** Rounds 0 … R: points of new clients after those that there are. */
export function collectStep({ counts }: PlainMemory): ServerStep {
  return (context) => {
    const uploads = newUploads(context);
    const receipts = receiptsFor(context, uploads);
    const banks = uploads.map(({ client, message }) => decodePoints(message, counts, client));
    const dimensions = dimensionsOf(context);
    const collected = encodeBank(concatenateBanks([collectedBy(context), ...banks], dimensions), 'f32');
    return Promise.resolve({ local: { collected, ...receipts.local }, message: receipts.message });
  };
}

/** After the rounds: the memory. Its vectors are all that is sent: distances need no weights. */
export function combineStep(memory: PlainMemory): ServerStep {
  return async (context) => {
    const { precision, memory: sizes } = context.settings;
    const collected = collectedBy(context);
    if (collected.weights.length === 0) {
      throw badInput(
        `method.memory.minimumPatches: no upload of ${memory.name} has a point of ${sizes.minimumPatches} patches`,
        'Lower it, or give the clients fewer points (method.rival.prototypes) or more patches (method.patches).',
      );
    }
    const combined = await memory.combine(context, collected);
    return {
      local: { memory: encodeBank(combined, precision) },
      message: encodeMatrix(combined.vectors, precision, 'vectors'),
      figures: { slots: combined.weights.length },
    };
  };
}

/** What a station that took no part needs. */
export const welcome: ServerStep = ({ local, hasLocal }) => {
  const { weights: _, variances: __, ...vectors } = local('memory');
  const calibration = hasLocal('calibration') ? local('calibration') : null;
  const message: TensorMap = {
    ...local('moments'),
    ...(hasLocal('projection') && local('projection')),
    ...vectors,
    ...(calibration && {
      'calibration.means': calibration.means,
      'calibration.deviations': calibration.deviations,
    }),
  };
  return Promise.resolve({ message });
};

/** At most as many points as a client may have, and no more patches behind them than its client samples. */
export function inspectPoints(message: TensorMap, inspection: Inspection, memory: PlainMemory): void {
  const { settings, client, sizes } = inspection;
  const points = decodePoints(message, memory.counts, client);
  const { vectors, weights } = points;
  const dimensions = dimensionsOf(inspection);
  const most = memory.most(settings);
  if (vectors.columns !== dimensions)
    throw refusal(`its points have ${vectors.columns} dimensions, not ${dimensions}`);
  if (vectors.rows > most) throw refusal(`it has ${vectors.rows} points, more than ${most}`);
  if (!vectors.data.every(Number.isFinite)) throw refusal('a point holds a number that is not finite');
  if (!weights.every((weight) => weight > 0)) throw refusal('a point has no patches');
  inspectWireTypes(message, settings.precision);
  inspectSlots(points, settings.precision);
  const patches = totalWeight(points);
  const { training } = patchCounts(sizes, settings);
  if (patches > training * (1 + roundingShare))
    throw refusal(
      `its points stand for ${patches} patches, more than the ${training} that its client samples`,
    );
  const expected = 1 + (message.vectors.type === 'I8' ? 1 : 0) + (memory.counts ? 1 : 0);
  if (Object.keys(message).length > expected) throw refusal('it holds tensors where none were asked for');
}

/** Where counts are not sent, every point is a patch. */
function decodePoints(message: TensorMap, counts: boolean, client: string): MemoryBank {
  const bank = bankOfPoints(decodeMatrix(message, 'vectors', `client ${client}`));
  if (!counts) return bank;
  return { ...bank, weights: Float64Array.from(inspectNumbers(message, 'weights', bank.vectors.rows)) };
}

function collectedBy(context: Pick<ServerContext, 'hasLocal' | 'local'>): MemoryBank {
  const dimensions = dimensionsOf(context);
  return context.hasLocal('collected')
    ? decodeBank(context.local('collected'), dimensions, 'the server')
    : emptyBank(dimensions);
}
