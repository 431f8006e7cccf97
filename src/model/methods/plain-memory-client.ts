import { readFloat32, vectorTensor, type Matrix, type TensorMap } from '../../base/tensor.js';
import { calibrationOf, distanceStatistics, type Calibration } from '../../memory/calibration.js';
import type { MemoryBank } from '../../memory/memory-bank.js';
import { decodeMatrix, encodeMatrix } from '../../memory/wire.js';
import { decodeSpace, type SharedSpace } from '../alignment/shared-space.js';
import { encodeDetector } from '../score/detector.js';
import { enterSpace, receivedSpace } from './alignment-steps.js';
import { withLocal, type ClientContext, type ClientStep, type LocalEntries } from './method.js';
import { alignedPatches } from './patches.js';
import type { PlainMemory } from './plain-memory.js';
import { uploadOnce } from './single-upload.js';

/** The client of a method whose memory is points alone (plain-memory.ts). */

/** Rounds 0 … R: enter the shared space and upload the points, each unless it is done. */
export function uploadStep(memory: PlainMemory): ClientStep {
  return async (given) => {
    const { context, fresh } = await insideSpace(given);
    const { local, message } = await uploadOnce(context, async () =>
      encodePoints(leaving(memory, context, await allPoints(memory, context)), memory, context),
    );
    return { local: { ...fresh, ...local }, message };
  };
}

/** Distances of calibration patches to the memory, in the shared space. */
export const calibrateStep: ClientStep = async (given) => {
  const { context, fresh } = await insideSpace(given);
  const points = receivedPoints(context.received!);
  const { counts, sums, squares } = await statisticsOf(context, points);
  return {
    local: { ...fresh, memory: context.received! },
    message: { counts: vectorTensor(counts), sums: vectorTensor(sums), squares: vectorTensor(squares) },
  };
};

/** The detector. Who missed the calibration has no memory to calibrate: its own points make its detector. */
export function finishStep(memory: PlainMemory): ClientStep {
  return async (given) => {
    const { context, fresh } = await insideSpace(given);
    const space = decodeSpace(context.local('space'));
    const finished = (points: Matrix, calibration: Calibration | null) => ({
      local: { ...fresh, detector: plainDetector(space, points, calibration) },
    });
    if (context.settings.calibration === 'none') return finished(receivedPoints(context.received!), null);
    if (context.hasLocal('memory'))
      return finished(receivedPoints(context.local('memory')), receivedCalibration(context.received!));
    const { vectors } = await ownPoints(memory, context);
    return finished(vectors, calibrationOf(await statisticsOf(context, vectors)));
  };
}

/** Held-out client: the same, of the last broadcast alone. */
export const join: ClientStep = (context) => {
  const received = context.received!;
  const calibration = Object.hasOwn(received, 'calibration.means')
    ? { means: received['calibration.means'], deviations: received['calibration.deviations'] }
    : null;
  const detector = plainDetector(
    receivedSpace(context, received),
    receivedPoints(received),
    calibration && receivedCalibration(calibration),
  );
  return Promise.resolve({ local: { detector } });
};

/** A client with a space and patches in it: as it is, or made now, for one that meets the federation later. */
async function insideSpace(
  context: ClientContext,
): Promise<{ readonly context: ClientContext; readonly fresh: LocalEntries }> {
  if (context.hasLocal('space')) return { context, fresh: {} };
  const fresh = await enterSpace({ ...context, random: context.inStep('initialise') });
  return { context: withLocal(context, fresh), fresh };
}

/** The same whenever they are made. */
function allPoints(memory: PlainMemory, context: ClientContext): Promise<MemoryBank> {
  const { training } = alignedPatches(context);
  return memory.represent({ ...context, random: context.inStep('initialise') }, training);
}

function leaving(memory: PlainMemory, { settings }: ClientContext, points: MemoryBank): MemoryBank {
  return memory.mayLeave?.(points, settings) ?? points;
}

/** The points of a client's own detector: those that it uploads, or all of them where none may leave it. */
async function ownPoints(memory: PlainMemory, context: ClientContext): Promise<MemoryBank> {
  const points = await allPoints(memory, context);
  const shared = leaving(memory, context, points);
  return shared.weights.length > 0 ? shared : points;
}

function encodePoints(
  { vectors, weights }: MemoryBank,
  { counts }: PlainMemory,
  { settings }: ClientContext,
): TensorMap {
  return {
    ...encodeMatrix(vectors, settings.precision, 'vectors'),
    ...(counts && { weights: vectorTensor(Float32Array.from(weights)) }),
  };
}

async function statisticsOf(context: ClientContext, points: Matrix) {
  const { calibration } = alignedPatches(context);
  const { indices, squared } = await context.distances.nearest(calibration, points, 1);
  return distanceStatistics(indices, squared, points.rows);
}

function plainDetector(space: SharedSpace, anchors: Matrix, calibration: Calibration | null): TensorMap {
  return encodeDetector({ space, generator: 'none', parameters: [], anchors, calibration });
}

function receivedPoints(tensors: TensorMap): Matrix {
  return decodeMatrix(tensors, 'vectors', 'the server');
}

function receivedCalibration(tensors: TensorMap): Calibration {
  const numbers = (name: string) => Float64Array.from(readFloat32(tensors, name));
  return { means: numbers('means'), deviations: numbers('deviations') };
}
