import type { ProfileRecords } from './records.js';
import { summaryOf, type ProfileSummary } from './summary.js';
import { traceOf, type Trace } from './trace-events.js';

/** Where a run's time went. */
export interface RunProfile {
  readonly summary: ProfileSummary;
  /** For Perfetto and chrome://tracing. */
  readonly trace: Trace;
}

export function profileOf(records: ProfileRecords): RunProfile {
  return { summary: summaryOf(records), trace: traceOf(records) };
}
