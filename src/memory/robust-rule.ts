import type { RandomStream } from '../base/random.js';
import type { MemoryBank } from './memory-bank.js';

/** A client's upload. Every weight in it is positive. */
export interface ClientBank {
  readonly client: string;
  readonly bank: MemoryBank;
}

/**
 * How the server limits what a single client can do to the memory: either it limits the uploads before they are
 * clustered, or it merges the clusters in another way.
 */
export type RobustRule = UploadStage | ClusterStage;

export interface UploadStage {
  readonly stage: 'uploads';
  readonly limit: UploadRule;
}

export interface ClusterStage {
  readonly stage: 'clusters';
  /** @param clients how many take part; shares name them 0 … clients − 1 */
  readonly begin: (clients: number, random: RandomStream) => ClusterRule;
}

export type UploadRule = (uploads: readonly ClientBank[]) => {
  readonly uploads: readonly ClientBank[];
  readonly limited: ReadonlySet<string>;
};

/**
 * The slot that a cluster becomes; null: too few are present to tell who is right, and the cluster is merged plainly.
 * @param shares one row a present client: the moments of its slots in the cluster
 * @param clients whose share each row is
 */
export type ClusterRule = (shares: MemoryBank, clients: readonly number[]) => ClusterSlot | null;

export interface ClusterSlot {
  readonly vector: Float64Array;
  readonly weight: number;
  readonly variance: number;
  /** What still counts of each share's weight; nothing of a share that lies far off. */
  readonly counted: Float64Array;
}

/** Below this many independent voices nobody can tell which one is wrong. */
export const fewestVoices = 3;

/** Beyond this multiple of the median a client is limited. */
export const usualMultiple = 3;
