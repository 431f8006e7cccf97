import type { ActorId } from './messages.js';
import type { StepJob } from './steps.js';

/** How actors fail in a simulation, decided in advance. (How messages fail is the network's affair.) */
export interface FaultInjector {
  /** Failures at set times. */
  readonly crashes: readonly Crash[];
  /** Asked once for each job that starts. */
  onCompute(job: StepJob): JobFault | null;
}

export interface Crash {
  readonly actor: ActorId;
  /** Virtual seconds. */
  readonly at: number;
  /** Virtual seconds until it is back; null: never. */
  readonly restartAfter: number | null;
  /** Asked at that time; left out: yes. */
  isDue?(): boolean;
}

export type JobFault =
  /** The actor goes down when this share of the job is done. */
  | { readonly kind: 'crash'; readonly share: number; readonly restartAfter: number | null }
  /** The job ends with an error. */
  | { readonly kind: 'fail'; readonly reason: string };

export const noFaults: FaultInjector = { crashes: [], onCompute: () => null };
