import type { Matrix } from '../../base/tensor.js';
import type { MemoryBank } from '../../memory/memory-bank.js';
import { alignmentSteps, alignmentUnread } from './alignment-steps.js';
import { combineMomentSums, combineSecondMoments } from './alignment-steps.js';
import { sendMoments, sendSecondMoments } from './alignment-steps.js';
import { matmulCost, patchCounts, projectionCost, spaceDimensions } from './costs.js';
import { feddymem } from './feddymem.js';
import {
  inspectAcknowledgement,
  inspectMoments,
  inspectSecondMoments,
  inspectStatistics,
} from './inspections.js';
import { finishingStep } from './method.js';
import type { ClientContext, Method, ServerContext, StepSizes } from './method.js';
import { calibrateStep, finishStep, join, uploadStep } from './plain-memory-client.js';
import { collectStep, combineStep, inspectPoints, welcome } from './plain-memory-server.js';
import type { MethodSettings } from './settings.js';
import { collectingSteps, orNothing } from './single-upload.js';
import type { SettingPath } from './unread-settings.js';

/** A memory that is neither trained nor passes through a generator: points, and the distance to the nearest of them. */
export interface PlainMemory {
  readonly name: string;
  /** Whether uploads say how many patches are behind each point. */
  readonly counts: boolean;
  /** Points that a client uploads at most. */
  most(settings: MethodSettings): number;
  /** Client: points that stand for its patches in the shared space. */
  represent(context: ClientContext, patches: Matrix): Promise<MemoryBank>;
  /** Those of its points that may leave a client; left out: all. */
  mayLeave?(points: MemoryBank, settings: MethodSettings): MemoryBank;
  /** Server: the memory, of all that was uploaded. */
  combine(context: ServerContext, uploaded: MemoryBank): Promise<MemoryBank>;
  /** Floating-point operations of the two. */
  cost(role: 'client' | 'server', sizes: StepSizes, settings: MethodSettings): number;
}

const unread: readonly SettingPath[] = [
  'memory.local',
  'memory.start',
  'training',
  'space',
  'update',
  'reduce',
  'aggregation',
  'robust',
  'anchors',
  'delta',
];
const byBoth = { client: unread, server: unread };

/**
 * moments, covariance → rounds: clients that have not yet done so upload their points → combine: the memory →
 * calibrate: distance statistics → finish: every client builds its detector.
 */
export function plainMemoryMethod(memory: PlainMemory): Method {
  const inspectUpload: Method['inspect'][string] = (message, inspection) => {
    inspectPoints(message, inspection, memory);
  };
  const collect = collectStep(memory);
  const upload = uploadStep(memory);
  return {
    name: memory.name,
    steps(settings, heldOut) {
      const { rounds, calibration } = settings;
      return [
        ...alignmentSteps(settings),
        ...collectingSteps(settings),
        ...(calibration === 'none' ? [] : [finishingStep('calibrate', settings, true)]),
        finishingStep('finish', settings),
        ...(heldOut ? [{ name: 'join', round: rounds, audience: 'held-out', finishing: true } as const] : []),
      ];
    },
    client: {
      moments: sendMoments,
      covariance: sendSecondMoments,
      initialise: upload,
      train: upload,
      combine: () => Promise.resolve({}),
      calibrate: calibrateStep,
      finish: finishStep(memory),
      join,
    },
    server: {
      moments: combineMomentSums,
      covariance: combineSecondMoments,
      initialise: collect,
      train: collect,
      combine: combineStep(memory),
      calibrate: feddymem.server.calibrate,
      finish: welcome,
    },
    inspect: {
      moments: inspectMoments,
      covariance: inspectSecondMoments,
      initialise: inspectUpload,
      train: orNothing(inspectUpload),
      combine: inspectAcknowledgement,
      calibrate: inspectStatistics,
      finish: inspectAcknowledgement,
      join: inspectAcknowledgement,
    },
    unread: {
      ...alignmentUnread,
      initialise: byBoth,
      train: byBoth,
      combine: byBoth,
      // The server's calibration is FedDyMem's, and its results are shared with it.
      calibrate: { client: unread, server: feddymem.unread?.calibrate.server },
      finish: byBoth,
      join: { client: unread },
    },
    cost(name, role, sizes, settings) {
      if (name === 'moments' || name === 'covariance') return feddymem.cost(name, role, sizes, settings);
      if (role === 'server') return name === 'combine' ? memory.cost('server', sizes, settings) : 0;
      if (name === 'join' || name === 'combine') return 0;
      const catchingUp = sizes.has('space') ? 0 : projectionCost(sizes, settings);
      if (name === 'finish') return catchingUp;
      if (name === 'calibrate') return catchingUp + calibrationCost(memory, sizes, settings);
      return catchingUp + (sizes.has('sent') ? 0 : memory.cost('client', sizes, settings));
    },
  };
}

function calibrationCost(memory: PlainMemory, sizes: StepSizes, settings: MethodSettings): number {
  const slots = Math.min(settings.memory.global, sizes.clients * memory.most(settings));
  const { calibration } = patchCounts(sizes, settings);
  return matmulCost(calibration, spaceDimensions(sizes, settings), slots);
}
