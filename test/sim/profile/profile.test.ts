import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/sim/result/run-result.js';
import { memoryFile } from '../../../src/sim/output/memory-file.js';
import { openRecord, recordRun } from '../../../src/sim/output/record-run.js';
import type { RunProfile } from '../../../src/sim/profile/run-profile.js';
import type { Trace, TraceEvent } from '../../../src/sim/profile/trace-events.js';
import type { FinishedRun } from '../../../src/sim/run/run-scenario.js';
import { runTiny, temporaryFolder, tiny } from '../../support/tiny.js';

type Span = Extract<TraceEvent, { ph: 'X' }>;

function figures({ result }: FinishedRun): Omit<RunResult, 'wallSeconds'> {
  const { wallSeconds: _, ...rest } = result;
  return rest;
}

/** Spans of a track that neither nest nor follow one another: a viewer would draw them over each other. */
function crossing(events: readonly TraceEvent[], tid: number): [Span, Span][] {
  const spans = events
    .filter((event): event is Span => event.ph === 'X' && event.tid === tid)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  // Readings are rounded to the nanosecond.
  const slack = 0.005;
  const open: Span[] = [];
  const found: [Span, Span][] = [];
  for (const span of spans) {
    while (open.length > 0 && open[open.length - 1].ts + open[open.length - 1].dur <= span.ts + slack)
      open.pop();
    const around = open.at(-1);
    if (around && span.ts + span.dur > around.ts + around.dur + slack) found.push([around, span]);
    open.push(span);
  }
  return found;
}

describe.each([['inline' as const], [2 as const]])('a profile with workers: %s', (workers) => {
  it('changes no figure, no journal and no memory, and holds what it should', async () => {
    const lines: string[][] = [[], []];
    const runs: FinishedRun[] = [];
    for (const [index, profile] of [false, true].entries()) {
      const onJournalLine = (line: string) => lines[index].push(line);
      // Each with a cache of its own, so that both compute everything.
      const options = { workers, profile, onJournalLine, cacheFolder: temporaryFolder() };
      runs.push(await runTiny({}, options));
    }
    const [plain, profiled] = runs;
    expect(plain.profile).toBeUndefined();
    expect(lines[1]).toEqual(lines[0]);
    expect(figures(profiled)).toEqual(figures(plain));
    expect(memoryFile(profiled)).toEqual(memoryFile(plain));

    const { summary, trace } = profiled.profile!;
    holdsTogether(summary, workers === 'inline' ? 1 : workers);
    for (const tid of new Set(trace.traceEvents.map((event) => event.tid)))
      expect(crossing(trace.traceEvents, tid)).toEqual([]);
    const categories = new Set(
      trace.traceEvents.flatMap((event) => ('cat' in event ? event.cat.split(',') : [])),
    );
    // In this thread an engine may be open already.
    if (workers === 'inline') categories.add('start');
    expect([...categories].sort()).toEqual([
      ...['cache', 'engine', 'hash', 'job', 'kernel', 'queue', 'server', 'start', 'transfer', 'wait'],
    ]);
    const tracks = trace.traceEvents.filter(({ name }) => name === 'thread_name');
    expect(tracks).toHaveLength(1 + summary.workers);
    const ids = trace.traceEvents.flatMap((event) =>
      event.ph === 'b' || event.ph === 'e' ? [event.id] : [],
    );
    for (const id of new Set(ids)) expect(ids.filter((other) => other === id)).toHaveLength(2);
  });
});

function holdsTogether(summary: RunProfile['summary'], workers: number): void {
  expect(summary.workers).toBe(workers);
  expect(summary.engineSeconds).toBeGreaterThan(0);
  expect(summary.engineSeconds).toBeLessThanOrEqual(summary.engineCallSeconds);
  const { engineCallSeconds, hashSeconds, cacheSeconds, openSeconds, jobSeconds } = summary;
  expect(engineCallSeconds + hashSeconds + cacheSeconds + openSeconds).toBeLessThanOrEqual(jobSeconds);
  expect(jobSeconds).toBeLessThanOrEqual(workers * summary.wallSeconds);
  expect(summary.kernelSeconds).toBeGreaterThan(0);
  expect(summary.bytesShared).toBeGreaterThan(summary.bytesCloned);
  const kinds = Object.values(summary.byJob);
  expect(kinds.reduce((sum, { jobs }) => sum + jobs, 0)).toBe(summary.jobs);
  expect(kinds.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(jobSeconds, 6);
  expect(Object.keys(summary.byJob)).toEqual(
    expect.arrayContaining(['features', 'client train', 'server train', 'score', 'pixels']),
  );
}

it('is written into the run folder, and goes with the run when it is replaced', async () => {
  const folder = join(temporaryFolder(), 'run');
  const options = { cacheFolder: temporaryFolder(), workers: 'inline', command: 'again' } as const;
  const segments = [{ fromRound: 0, scenario: tiny({ method: { rounds: 0 } }) }];
  const { files, finished } = await recordRun(await openRecord(folder, segments, 'refuse'), {
    ...options,
    profile: true,
  });
  expect(files).toContain('trace.json');
  const trace = JSON.parse(readFileSync(join(folder, 'trace.json'), 'utf8')) as Trace;
  expect(trace).toEqual(JSON.parse(JSON.stringify(finished.profile!.trace)));
  expect(readFileSync(join(folder, 'result.json'), 'utf8')).not.toContain('profile');

  await recordRun(await openRecord(folder, segments, 'force'), options);
  expect(existsSync(join(folder, 'result.json'))).toBe(true);
  expect(existsSync(join(folder, 'trace.json'))).toBe(false);
});
