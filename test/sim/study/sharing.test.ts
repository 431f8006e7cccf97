import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { methods, type MethodName } from '../../../src/model/methods/registry.js';
import { unreadSettings } from '../../../src/model/methods/unread-by.js';
import { readableSettings } from '../../../src/model/methods/unread-settings.js';
import type { Method } from '../../../src/model/methods/method.js';
import { runScenario, type FinishedRun } from '../../../src/sim/run/run-scenario.js';
import { parseOverride, parseScenario, withOverrides } from '../../../src/sim/scenario/load.js';
import { temporaryFolder } from '../../support/tiny.js';
import { drawn, figuresOf } from './samples.js';

const names = Object.keys(methods) as MethodName[];
/** A change of every setting; those that belong together, together. */
const changes = [
  'method.rounds=1',
  'method.rounds=3',
  'method.alignment=orthogonal',
  'method.alignment=none',
  'method.dimensions=4',
  'method.patches=20',
  'method.calibrationShare=0.5',
  'method.calibration=none',
  'method.memory.local=6',
  'method.memory.upload=2',
  'method.memory.global=4',
  'method.memory.minimumPatches=3',
  'method.update=none',
  'method.reduce=none',
  'method.aggregation=concat',
  'method.robust=norm-clip',
  'method.training.generator=residual-mlp',
  'method.training.loss=attract',
  'method.training.replay=none',
  'method.training.replayShare=0.25',
  'method.training.steps=1',
  'method.training.batchSize=8',
  'method.training.learningRate=0.1',
  'method.anchors=global',
  'method.imageScore=max',
  'method.precision=f32',
];

/** What steps of all methods declare, or may be thought to. */
const common = [
  'method.rounds=3',
  'method.alignment=none',
  'method.memory.local=6',
  'method.training.steps=1',
  'method.imageScore=max',
];
const changesOf = (method: MethodName) => (method === 'feddymem' || method === 'local' ? changes : common);

function scenarioOf(method: MethodName, ...extra: string[]) {
  const value = withOverrides(drawn, [`method.name=${method}`, ...extra].map(parseOverride));
  return parseScenario(value, 'drawn');
}

function runOf(scenario: ReturnType<typeof scenarioOf>, cacheFolder: string | null): Promise<FinishedRun> {
  return runScenario(scenario, {
    workers: 'inline',
    cacheFolder: cacheFolder ?? temporaryFolder(),
    results: cacheFolder === null ? 'off' : 'reuse',
  });
}

describe.each(names)('what runs of %s share', (method) => {
  const cache = temporaryFolder();
  beforeAll(() => runOf(scenarioOf(method), cache));

  it.each(changesOf(method))('is what each would compute alone: %s', async (change) => {
    const scenario = scenarioOf(method, change);
    const alone = await runOf(scenario, null);
    // Everything that the runs before it have left there, whatever their settings were.
    const shared = await runOf(scenario, cache);
    expect(figuresOf(shared.result)).toBe(figuresOf(alone.result));
    expect(alone.jobs.reused).toBe(0);
  });
});

describe('runs that differ in one setting', () => {
  const reusedOf = async (change: string, method: MethodName = 'feddymem', base: MethodName = method) => {
    const cache = temporaryFolder();
    const first = await runOf(scenarioOf(base), cache);
    const second = await runOf(scenarioOf(method, change), cache);
    return { first, second };
  };

  it('share all rounds that both have', async () => {
    const { first, second } = await reusedOf('method.rounds=3');
    const { computed, reused } = second.jobs;
    // 2 clients and the server: alignment, rounds 0 to 2 and what each needs to be evaluated.
    expect(first.jobs.computed).toBeGreaterThan(20);
    expect(reused).toBeGreaterThanOrEqual(15);
    const again = await runOf(scenarioOf('feddymem', 'method.rounds=3'), temporaryFolder());
    expect(computed + reused).toBe(again.jobs.computed);
  });

  it.each([
    ['method.imageScore=max', 0],
    // Two detectors after each of three rounds.
    ['method.anchors=global', 6],
  ])('compute only what it touches: %s', async (change, computed) => {
    const { second } = await reusedOf(change);
    expect(second.jobs.computed).toBe(computed);
    expect(second.jobs.reused).toBeGreaterThan(15);
  });

  it('share the exchanges that their methods have in common', async () => {
    const { second } = await reusedOf('evaluate.rounds=[]', 'fedavg-cfa', 'feddymem');
    // Moments and covariance: two clients and the server each.
    expect(second.jobs.reused).toBe(6);
  });
});

describe('what a step declares not to read', () => {
  it.each(names)('%s: of steps that there are', (name) => {
    const { unread = {}, client, server }: Method = methods[name];
    for (const [step, roles] of Object.entries(unread)) {
      if (roles.client) expect(Object.keys(client)).toContain(step);
      if (roles.server) expect([...Object.keys(server), 'covariance', 'moments']).toContain(step);
    }
  });

  it('is out of its reach, and of a copy', () => {
    const { method: settings } = scenarioOf('feddymem');
    const unread = unreadSettings('feddymem', 'initialise', 'client');
    const readable = readableSettings(settings as never, unread, 'initialise');
    expect(unread).toContain('memory.global');
    expect(() => readable.memory.global).toThrow(
      'step initialise reads method.memory.global, which it declares',
    );
    expect(() => readable.rounds).toThrow('step initialise reads method.rounds');
    expect(readable.memory.local).toBe(8);
    expect(readable.training.generator).toBe('linear');
    const { memory, ...copy } = { ...readable };
    expect(Object.keys(copy)).not.toContain('rounds');
    expect(Object.keys(memory)).not.toContain('global');
    expect(memory.upload).toBe(4);
  });

  it.each(names)('changes nothing: %s with all settings in reach', async (name) => {
    const guarded = await runOf(scenarioOf(name), null);
    const unguarded = await openRun(scenarioOf(name), {
      workers: 'inline',
      cacheFolder: temporaryFolder(),
      results: 'off',
    });
    expect(figuresOf(unguarded.result)).toBe(figuresOf(guarded.result));
  });
});

/** runScenario of a package whose steps may read every setting. */
let openRun: typeof runScenario;
beforeAll(async () => {
  vi.resetModules();
  vi.doMock('../../../src/model/methods/unread-settings.js', async (original) => ({
    ...(await original<object>()),
    readableSettings: (settings: unknown) => settings,
  }));
  ({ runScenario: openRun } = await import('../../../src/sim/run/run-scenario.js'));
});
afterAll(() => {
  vi.doUnmock('../../../src/model/methods/unread-settings.js');
  vi.resetModules();
});
