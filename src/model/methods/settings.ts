import type { AggregationName } from '../../memory/aggregation.js';
import type { DynamicUpdateName } from '../../memory/dynamic-update.js';
import type { MemoryReduceName } from '../../memory/memory-reduce.js';
import type { RobustName } from '../../memory/robust.js';
import type { Precision } from '../../memory/wire.js';
import type { AlignmentName } from '../alignment/alignment.js';
import type { TrainingSettings } from '../loss/training.js';
import type { ImageScoreName } from '../score/image-score.js';
import type { RivalSettings } from './rival-settings.js';

/** Whose slots a score searches. */
export const anchorChoices = ['global', 'local', 'both'] as const;
export type Anchors = (typeof anchorChoices)[number];

/** Whether a client keeps a memory of its own products beside the shared one, for images that it knows. */
export const privateMemoryChoices = ['none', 'when-familiar'] as const;
export type PrivateMemoryName = (typeof privateMemoryChoices)[number];

/** Whether distances are judged by what is usual at their slot. */
export const calibrationChoices = ['distance-statistics', 'none'] as const;
export type CalibrationName = (typeof calibrationChoices)[number];

/**
 * Where slots live: in the space that all clients share, and pass through a client's generator when it uses them; or in
 * generators' outputs.
 */
export const spaceChoices = ['shared', 'embedding'] as const;
export type SpaceName = (typeof spaceChoices)[number];

/** Whether uploads are whole banks, or what changed since the last one that arrived. */
export const deltaChoices = ['none', 'slots'] as const;
export type DeltaName = (typeof deltaChoices)[number];

/** Where clusterings of a round begin: at drawn points, or at the slots of the round before. */
export const startChoices = ['afresh', 'previous'] as const;
export type StartName = (typeof startChoices)[number];

/** Everything a method can be told. Each part is chosen by name and can be replaced alone. */
export interface MethodSettings {
  readonly rounds: number;
  readonly alignment: AlignmentName;
  /** Dimensions of the shared space, at most the number of active channels. */
  readonly dimensions: number;
  /** Training patches a client samples. */
  readonly patches: number;
  /** Share of the training images set aside for calibration. */
  readonly calibrationShare: number;
  readonly memory: {
    /** Slots of a client's bank, of its upload, and of the global memory. */
    readonly local: number;
    readonly upload: number;
    readonly global: number;
    /** Slots of fewer patches never leave a client. */
    readonly minimumPatches: number;
    readonly start: StartName;
  };
  readonly space: SpaceName;
  readonly update: DynamicUpdateName;
  readonly reduce: MemoryReduceName;
  readonly aggregation: AggregationName;
  /** What limits the influence of a single client on the global memory. */
  readonly robust: RobustName;
  readonly training: TrainingSettings;
  readonly calibration: CalibrationName;
  readonly anchors: Anchors;
  readonly privateMemory: PrivateMemoryName;
  readonly imageScore: ImageScoreName;
  readonly precision: Precision;
  /** What only the rivals read. */
  readonly rival: RivalSettings;
  readonly delta: DeltaName;
}
