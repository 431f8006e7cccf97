import type { Blob } from '../../base/blob.js';
import type { ContentHash } from '../../base/hash.js';
import type { Step } from '../../actors/steps.js';
import type { OnnxSettings } from '../../model/backbone/onnx-backbone.js';
import type { ResNetLayer } from '../../model/backbone/resnet-structure.js';
import type { EngineName } from '../../model/engine/engine.js';
import type { GeneratorName } from '../../model/generator/generator.js';
import type { MethodChoice } from '../../model/methods/own-method.js';
import type { MethodSettings } from '../../model/methods/settings.js';
import type { ImageScoreName } from '../../model/score/image-score.js';
import type { DrawnFeatures } from '../data/feature-world.js';
import type { ImageRecord } from '../data/image.js';
import type { FederationFiles } from '../data/leaks/federation-leaks.js';
import type { LeakSummary } from '../data/leaks/summary.js';
import type { JobTrace } from '../profile/records.js';

/** Which backbone a worker has to load; plain data. `none`: features are drawn, in maps of this shape. */
export type BackboneSource =
  | { readonly name: 'none'; readonly channels: number; readonly grid: number; readonly ring: 0 }
  | { readonly name: 'oriented-filters'; readonly size: number; readonly ring: number }
  | ResNetSource
  | ({ readonly name: 'onnx'; readonly path: string; readonly ring: number } & OnnxSettings);

/** A residual network, and where its weights are. */
export interface ResNetSource {
  readonly name: 'resnet18' | 'wide-resnet50';
  readonly path: string;
  /** What the file must hash to, where that is known. */
  readonly sha256?: ContentHash;
  readonly layers: readonly ResNetLayer[];
  readonly size: number;
  readonly ring: number;
}

/** What every job is told about where it runs. */
export interface Environment {
  readonly engine: EngineName;
  /** Where the onnx engine computes. */
  readonly provider: 'cpu' | 'webgpu' | 'cuda';
  readonly backbone: BackboneSource;
  readonly cacheFolder: string;
}

/** Where an image's patch features come from: the cache, or their own address. Plain data. */
export type PatchSource =
  | {
      readonly kind: 'cached';
      readonly key: ContentHash;
      /** The product, texture or body part that it shows. */
      readonly category?: string;
    }
  | DrawnFeatures;

/** Opens the engine, so that one that can't be opened is known before anything else. */
export interface EngineJob {
  readonly kind: 'engine';
}
export interface EngineResult {
  /** Of its library. */
  readonly version: string;
  readonly device: string;
}

/** Computes the features of images that the cache lacks. */
export interface FeatureJob {
  readonly kind: 'features';
  readonly images: readonly ImageRecord[];
  /** What a broken file does: end the run, or be left out. */
  readonly broken: 'fail' | 'skip';
}
export interface FeatureResult {
  /** Of every image. */
  readonly images: readonly (PreparedImage | BrokenImage)[];
  readonly computed: number;
}
export interface PreparedImage {
  /** Its place in the feature cache. */
  readonly key: ContentHash;
}
export interface BrokenImage {
  /** Why it can't be used, in a sentence that names the file. */
  readonly broken: string;
}

/** Looks for training images that are test images too. */
export interface LeakJob {
  readonly kind: 'leaks';
  readonly files: FederationFiles;
}

/** Counts the images whose features the cache has, without a look into them. */
export interface CachedJob {
  readonly kind: 'cached';
  readonly images: readonly ImageRecord[];
}
export interface CachedResult {
  readonly cached: number;
}

/** A step of a method at one actor. */
export interface MethodJob {
  readonly kind: 'step';
  readonly method: MethodChoice;
  readonly settings: MethodSettings;
  readonly seed: number;
  readonly actor: string;
  readonly role: 'client' | 'server';
  readonly step: Step;
  readonly local: Readonly<Record<string, Blob>>;
  readonly setup: Blob | null;
  readonly received: readonly {
    readonly from: string;
    readonly payload: Blob | null;
    readonly weight: number;
  }[];
  /** The client's training images. */
  readonly images: readonly PatchSource[];
}
export interface MethodResult {
  readonly local: Readonly<Record<string, Blob | null>>;
  readonly message: Blob | null;
  readonly setup: Blob | null;
  readonly figures: Readonly<Record<string, number>>;
}

/** Scores images with one or more detectors. */
export interface ScoreJob {
  readonly kind: 'score';
  readonly images: readonly PatchSource[];
  readonly detectors: readonly Blob[];
  readonly generator: GeneratorName;
  readonly imageScore: ImageScoreName;
  /** The detectors whose cell scores are wanted too, for maps. */
  readonly cellsOf: readonly number[];
}
export interface ScoreResult {
  /** [detectors][images] */
  readonly scores: readonly Float32Array[];
  /** [images × cells] of each detector of `cellsOf`, in shared memory. */
  readonly cells: readonly Float32Array[];
}

/** Pixel metrics of one client's test images. */
export interface PixelJob {
  readonly kind: 'pixels';
  readonly images: readonly ImageRecord[];
  /** [images × cells], in shared memory. */
  readonly cells: Float32Array;
  readonly mapSize: number;
}
export interface PixelResult {
  readonly pixelAuroc: number | null;
  readonly pixelAurocReason?: string;
  readonly aupro: number | null;
  readonly auproReason?: string;
}

export interface JobResults {
  readonly engine: EngineResult;
  readonly features: FeatureResult;
  readonly leaks: LeakSummary;
  readonly cached: CachedResult;
  readonly step: MethodResult;
  readonly score: ScoreResult;
  readonly pixels: PixelResult;
}
export type Job = EngineJob | FeatureJob | LeakJob | CachedJob | MethodJob | ScoreJob | PixelJob;
export type ResultOf<J extends Job> = JobResults[J['kind']];

/** A result with what it took. */
export interface Completed<R> {
  readonly result: R;
  readonly milliseconds: number;
  /** Part of it inside the engine's native library. */
  readonly engineMilliseconds: number;
  /** Where asked for: when and where it was done. */
  readonly trace?: JobTrace;
}
