import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import type { Executor } from '../../../src/sim/run/executor.js';
import { runScenario, type FinishedRun } from '../../../src/sim/run/run-scenario.js';
import { createScoringDesk } from '../../../src/sim/run/scoring-desk.js';
import type { Judging, Look, ScoringTask } from '../../../src/sim/run/scores.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import type { Job, ScoreJob, ScoreResult } from '../../../src/sim/worker/jobs.js';
import { merged, temporaryFolder } from '../../support/tiny.js';
import { smallScenario } from '../testing/samples.js';

const cacheFolder = temporaryFolder();

/** A run, and the jobs in which images were scored. */
async function run(changes: Record<string, unknown>, roundsAtEnd: boolean) {
  const jobs: ScoreJob[] = [];
  const around = (executor: Executor): Executor => ({
    ...executor,
    run(job) {
      if (job.kind === 'score') jobs.push(job);
      return executor.run(job);
    },
  });
  const scenario = parseScenario(merged(smallScenario, changes), 'small');
  const options = { cacheFolder, workers: 'inline', results: 'off', around, roundsAtEnd } as const;
  return { finished: await runScenario(scenario, options), jobs };
}

const figures = ({ result, scores }: FinishedRun) => ({
  result: { ...result, wallSeconds: null },
  scores: scores.entries,
  cells: scores.cells,
});

const judgements = (jobs: readonly ScoreJob[]) =>
  jobs.reduce((sum, { detectors }) => sum + detectors.length, 0);

describe.each([
  ['feddymem', { holdOut: ['client-3'], evaluate: { rounds: ['own', 'global'] } }],
  ['fedavg-svdd', { evaluate: { rounds: ['own'] } }],
])('rounds of %s that are scored together at the end', (name, changes) => {
  it('have the figures of rounds that are scored as they end, in fewer jobs', async () => {
    const all = { method: { name }, ...changes };
    const [together, apart] = [await run(all, true), await run(all, false)];
    expect(figures(together.finished)).toEqual(figures(apart.finished));
    expect(together.jobs.length).toBeLessThan(apart.jobs.length);
    expect(apart.finished.result.rounds.map(({ own }) => typeof own?.imageAuroc)).toEqual(
      Array(3).fill('number'),
    );
  });
});

it('scores by a model that all clients share are computed once an image', async () => {
  const { jobs, finished } = await run({ method: { name: 'fedavg-svdd', rounds: 0 } }, false);
  expect(finished.scores.entries).toHaveLength(9);
  expect(judgements(jobs)).toBe(jobs.length);
  const own = await run({ method: { name: 'local-svdd', rounds: 0 } }, false);
  expect(judgements(own.jobs)).toBe(3 * own.jobs.length);
});

describe('a desk', () => {
  const image = (at: number) => ({ kind: 'cached', key: sha256(`image ${at}`) }) as never;
  const task = {
    clients: [{ id: 'a' }, { id: 'b' }],
    features: new Map(
      ['a', 'b'].map((id, at) => [id, { train: [], test: Array.from({ length: 30 }, () => image(at)) }]),
    ),
    participants: ['a', 'b'],
  } as unknown as ScoringTask;
  const byMaximum: Judging = { generator: 'residual-mlp', imageScore: 'max' };
  const look = (of: Record<string, string>, rest: Partial<Look> = {}): Look => ({
    detectors: new Map(
      Object.entries(of).map(([id, text]) => {
        const bytes = new TextEncoder().encode(text);
        return [id, { hash: sha256(bytes), bytes }];
      }),
    ),
    scope: 'own',
    cells: false,
    ...rest,
  });

  /** An image's score is the length of the detector; a cell's is that and a half. */
  function desk(together: boolean, budget?: number) {
    const jobs: ScoreJob[] = [];
    const executor = {
      run(job: Job): Promise<ScoreResult> {
        const score = job as ScoreJob;
        jobs.push(score);
        const lengths = score.detectors.map(({ bytes }) => bytes.length);
        return Promise.resolve({
          scores: lengths.map((length) => new Float32Array(score.images.length).fill(length)),
          cells: score.cellsOf.map((at) => new Float32Array(score.images.length).fill(lengths[at] + 0.5)),
        });
      },
    } as unknown as Executor;
    const { close, score } = createScoringDesk(executor, task, together, budget);
    const scored = (coming: Promise<Look>, judging = byMaximum) => score(coming, judging);
    return { desk: { close, score: scored }, jobs };
  }

  it('waits for the last look, and reads an image once for all', async () => {
    const { desk: together, jobs } = desk(true);
    const first = together.score(Promise.resolve(look({ a: 'x', b: 'xx' })));
    const last = together.score(
      Promise.resolve(look({ a: 'xxx', b: 'xx' }, { scope: 'global', cells: true })),
    );
    await Promise.resolve();
    expect(jobs).toHaveLength(0);
    await together.close();
    const [early, late] = await Promise.all([first, last]);
    expect(early.entries.map(({ detector, scores }) => [detector, scores.length, scores[29]])).toEqual([
      ['a', 30, 1],
      ['b', 30, 2],
    ]);
    expect(late.entries.map(({ detector, images, scores }) => [detector, images, scores[29]])).toEqual([
      ['a', 'a', 3],
      ['b', 'a', 2],
      ['a', 'b', 3],
      ['b', 'b', 2],
    ]);
    expect(early.cells.size).toBe(0);
    expect([...late.cells].map(([id, cells]) => [id, cells.length, cells[29]])).toEqual([
      ['a', 30, 3.5],
      ['b', 30, 2.5],
    ]);
    // Of a's images three detectors are asked, of b's two, in two jobs of at most 24 images each.
    expect(jobs.map(({ detectors }) => detectors.length).sort()).toEqual([2, 2, 3, 3]);
  });

  it('judges each look as it is to be judged', async () => {
    const { desk: together, jobs } = desk(true);
    const byFive: Judging = { ...byMaximum, imageScore: 'top-5' };
    const looks = [byMaximum, byFive, byMaximum].map((judging) =>
      together.score(Promise.resolve(look({ a: 'x' })), judging),
    );
    await together.close();
    await Promise.all(looks);
    expect(jobs.map(({ imageScore }) => imageScore)).toEqual(['max', 'max', 'top-5', 'top-5']);
  });

  it('scores at once where nobody waits', async () => {
    const { desk: apart, jobs } = desk(false);
    const scored = await apart.score(Promise.resolve(look({ a: 'x' })));
    expect(scored.of('a', 'a')?.scores[0]).toBe(1);
    expect(jobs).toHaveLength(2);
  });

  it('scores those that wait when they fill its room, a model that several have counted once', async () => {
    const model = 'x'.repeat(100);
    // Two looks of two clients: 2 × 2 × 256 bytes for scores, and each model once.
    const { desk: together, jobs } = desk(true, 1225);
    const first = together.score(Promise.resolve(look({ a: model, b: model })));
    const second = together.score(Promise.resolve(look({ a: model, b: `${model}x` })));
    await Promise.resolve();
    await Promise.resolve();
    expect(jobs).toHaveLength(0);
    const third = together.score(Promise.resolve(look({ a: model, b: model })));
    expect((await third).of('a', 'a')?.scores[0]).toBe(100);
    expect((await first).of('b', 'b')?.scores[0]).toBe(100);
    expect((await second).of('b', 'b')?.scores[0]).toBe(101);
    expect(jobs).toHaveLength(4);
    await together.close();
    expect(jobs).toHaveLength(4);
  });

  it('a look that never comes is the error of who announced it alone', async () => {
    const { desk: together } = desk(true);
    const lost = together.score(Promise.reject(new Error('no such state')));
    const other = together.score(Promise.resolve(look({ b: 'xx' })));
    await Promise.all([expect(lost).rejects.toThrow('no such state'), together.close()]);
    expect((await other).of('b', 'b')?.scores[0]).toBe(2);
  });
});
