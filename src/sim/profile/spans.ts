import { sharedClock } from '../../base/stopwatch.js';

/** What a span's time is booked under. */
export type SpanCategory = 'engine' | 'hash' | 'cache';

/** Something a thread did inside a job, in milliseconds of the shared clock. Spans of a job nest or follow one another. */
export interface Span {
  readonly category: SpanCategory;
  readonly name: string;
  readonly start: number;
  readonly milliseconds: number;
  readonly details?: SpanDetails;
}
export type SpanDetails = Readonly<Record<string, number | string>>;

/** Where this thread's spans go; a thread runs one job at a time. Undefined: nobody listens. */
let listening: Span[] | undefined;

/** Collects the spans of what is computed meanwhile. */
export async function collectSpans<R>(
  compute: () => Promise<R>,
): Promise<{ result: R; spans: readonly Span[] }> {
  const spans: Span[] = [];
  listening = spans;
  try {
    return { result: await compute(), spans };
  } finally {
    listening = undefined;
  }
}

/** Begins a span. @returns what ends it */
export function beginSpan(category: SpanCategory, name: string): (details?: SpanDetails) => void {
  const spans = listening;
  if (!spans) return nobodyListens;
  const start = sharedClock();
  return (details) => {
    spans.push({ category, name, start, milliseconds: sharedClock() - start, ...(details && { details }) });
  };
}

const nobodyListens = () => undefined;
