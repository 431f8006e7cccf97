import { describe, expect, it } from 'vitest';
import type { ScenarioSegment } from '../../../src/sim/run/build-federation.js';
import { forkedSegments } from '../../../src/sim/run/fork.js';
import { prepareRun } from '../../../src/sim/run/prepare.js';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import { simulate } from '../../../src/sim/run/simulate.js';
import { loadScenario, parseOverride } from '../../../src/sim/scenario/load.js';
import { temporaryFolder } from '../../support/tiny.js';
import { swarmScenario } from './samples.js';

const scenario = await swarmScenario('method.rounds=4');
const base: ScenarioSegment[] = [{ fromRound: 0, scenario }];
const forked = (round: number, ...changes: string[]) =>
  forkedSegments(base, round, changes.map(parseOverride));
const cacheFolder = temporaryFolder();

/** The lines of a run of these segments, and whether it took results of the runs before. */
async function played(segments: readonly ScenarioSegment[]) {
  const run = await prepareRun(segments, { cacheFolder, workers: 'inline' }, () => undefined);
  const lines: string[] = [];
  const options = { run: run.steps.run, fetch: run.steps.fetch, store: run.store, check: true };
  await simulate(run.federation, { ...options, onJournalLine: (line) => lines.push(line) });
  await run.steps.flush();
  await run.close();
  return { lines, ...run.steps.counts() };
}

/** The first line of a round: of its training, that is. */
const beginOf = (lines: readonly string[], round: number) =>
  lines.findIndex((line) => line.includes('"event":"step-opened"') && line.includes(`"round":${round}`));

const commonLines = (a: readonly string[], b: readonly string[]) => a.findIndex((line, at) => line !== b[at]);

describe('forkedSegments', () => {
  it('goes on with other settings from a round on', () => {
    const [before, after, ...more] = forked(2, 'method.training.steps=5', 'schedule.cohort=3');
    expect(more).toEqual([]);
    expect(before).toEqual(base[0]);
    expect(after.fromRound).toBe(2);
    expect(after.scenario.method).toEqual({
      ...scenario.method,
      training: { ...scenario.method.training, steps: 5 },
    });
    expect(after.scenario.schedule.cohort).toBe(3);
  });

  it('forks a fork: what it would have done later is gone', () => {
    const twice = (round: number) =>
      forkedSegments(forked(2, 'schedule.cohort=3'), round, [parseOverride('schedule.minimum=2')]);
    expect(twice(3).map(({ fromRound }) => fromRound)).toEqual([0, 2, 3]);
    expect(twice(3)[2].scenario.schedule).toMatchObject({ cohort: 3, minimum: 2 });
    expect(twice(2).map(({ fromRound }) => fromRound)).toEqual([0, 2]);
    expect(twice(1).map(({ fromRound }) => fromRound)).toEqual([0, 1]);
    expect(twice(0).map(({ fromRound }) => fromRound)).toEqual([0]);
  });

  it('may add rounds and begin with the first of them, or leave rounds out', () => {
    expect(forked(5, 'method.rounds=6')[1].scenario.method.rounds).toBe(6);
    expect(forked(2, 'method.rounds=2')[1].scenario.method.rounds).toBe(2);
  });

  it.each([
    [5, [], '--round 5: the run has 4 rounds, the fork 4'],
    [6, ['method.rounds=7'], '--round 6: the run has 4 rounds, the fork 7'],
    [3, ['method.rounds=2'], '--round 3: the run has 4 rounds, the fork 2'],
  ])('refuses round %s with %s', (round, changes, message) => {
    expect(() => forked(round, ...changes)).toThrow(message);
  });

  it.each([
    ['seed=2', 'seed'],
    ['clients=6', 'clients'],
    ['data.skew=0', 'data'],
    ['holdOut=[client-1]', 'holdOut'],
    ['method.name=local', 'method.name'],
    ['method.dimensions=4', 'method.dimensions'],
    ['method.calibration=none', 'method.calibration'],
    ['method.training.generator=residual-mlp', 'method.training.generator'],
    ['engineDevice=cuda', 'engineDevice'],
    ['method={rounds: 4}', 'method.name'],
  ])('refuses --set %s: it is fixed at the start', (change, field) => {
    expect(() => forked(2, change)).toThrow(`${field} is fixed at the start of a run`);
  });

  it('does not take a field for another that begins alike', () => {
    expect(() => forked(2, 'method.calibrationShare=0.3')).toThrow('method.calibrationShare is fixed');
    expect(() => forked(2, 'method.patches=50')).toThrow('method.patches is fixed');
    expect(() => forked(2, 'name=other', 'evaluate.rounds=[]', 'method.precision=f32')).not.toThrow();
  });

  it('refuses what no scenario may hold, naming --set', () => {
    expect(() => forked(2, 'schedule.cohort=1.5')).toThrow('--set: schedule.cohort is 1.5');
  });
});

describe('a fork', () => {
  it.each([1, 3])('has the journal of its base until round %s begins, and another after', async (round) => {
    const original = await played(base);
    const fork = await played(forked(round, 'schedule.cohort=3'));
    const begin = beginOf(original.lines, round);
    expect(begin).toBeGreaterThan(0);
    expect(commonLines(original.lines, fork.lines)).toBe(begin);
    expect(JSON.parse(original.lines[begin])).toMatchObject({ invited: 5 });
    expect(JSON.parse(fork.lines[begin])).toMatchObject({ invited: 3 });
    expect(fork.reused).toBeGreaterThan(0);
  });

  it('without a change is its base', async () => {
    const original = await played(base);
    const fork = await played(forked(2));
    expect(fork.lines).toEqual(original.lines);
    expect(fork.computed).toBe(0);
  });

  it('with more rounds repeats all of its base but the end', async () => {
    const original = await played(base);
    const fork = await played(forked(5, 'method.rounds=6'));
    const calibrating = original.lines.findIndex((line) => line.includes('"step":"calibrate"'));
    expect(commonLines(original.lines, fork.lines)).toBe(calibrating);
  });

  it('takes over faults that are under way, and keeps its own to its own rounds', async () => {
    const crash = '{kind: crash-computing, actor: client-2, step: train, round: 1}';
    const plan = (faults: string) => `faults={plan: [${faults}]}`;
    const given: ScenarioSegment[] = [{ fromRound: 0, scenario: await swarmScenario(plan(crash)) }];
    const change = parseOverride(plan('{kind: job-fails, client: client-3, step: train}'));
    const segments = forkedSegments(given, 2, [change, parseOverride('faults.supervision.onFailure=resume')]);
    const { lines } = await played(segments);
    const wrong = lines
      .filter((line) => /"event":"(crashed|failed)"/.test(line))
      .map((line) => JSON.parse(line) as object);
    // Without a round a fault hits the first that comes: the first of the fork.
    expect(wrong).toMatchObject([{ at: 'client-2' }, { at: 'client-3', directive: 'resume' }]);
    const begin = beginOf(lines, 2);
    expect(lines.findIndex((line) => line.includes('"event":"failed"'))).toBeGreaterThan(begin);
  });

  it('with more rounds has its base’s drawn faults until it begins', async () => {
    const drawing = await loadScenario('scenarios/swarm.yaml', [parseOverride('faults.draw.count=30')]);
    const original = [{ fromRound: 0, scenario: drawing }];
    const longer = forkedSegments(original, 2, [parseOverride('method.rounds=6')]);
    const faultsAtFirst = async (segments: readonly ScenarioSegment[]) => {
      const run = await prepareRun(segments, { cacheFolder, workers: 'inline' }, () => undefined);
      await run.close();
      return run.federation.segments[0].faults;
    };
    expect(await faultsAtFirst(longer)).toEqual(await faultsAtFirst(original));
  });

  it('with fewer rounds keeps faults of its base’s own steps', async () => {
    const plan = 'faults={plan: [{kind: lose, client: client-1, step: train, round: 4}], supervision: {}}';
    const given: ScenarioSegment[] = [
      { fromRound: 0, scenario: await swarmScenario('method.rounds=4', plan) },
    ];
    const segments = forkedSegments(given, 2, ['method.rounds=2', 'faults.plan=[]'].map(parseOverride));
    await expect(played(segments)).resolves.toMatchObject({ lines: expect.any(Array) as unknown });
  });
});

describe('rounds before a fork', () => {
  it.each(['method.imageScore=max', 'method.anchors=global', 'method.privateMemory=when-familiar'])(
    'have the figures that they had without %s',
    async (change) => {
      const given = await swarmScenario(
        'method.rounds=3',
        'evaluate.rounds=[own, global]',
        'data.defectShift=3',
      );
      const options = { cacheFolder, workers: 'inline' } as const;
      const original = await runScenario(given, options);
      const [first, { scenario: later }] = forkedSegments([{ fromRound: 0, scenario: given }], 2, [
        parseOverride(change),
      ]);
      const fork = await runScenario(later, { ...options, earlier: [first], fromRound: 2 });
      const before = ({ result }: typeof fork) => result.rounds.slice(0, 2);
      expect(before(fork)).toEqual(before(original));
      expect(fork.result.rounds[2]).not.toEqual(original.result.rounds[2]);
    },
  );
});
