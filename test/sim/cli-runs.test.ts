import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { sha256 } from '../../src/base/hash.js';
import type { RunResult } from '../../src/sim/result/run-result.js';
import { temporaryFolder } from '../support/tiny.js';

const main = join(import.meta.dirname, '../../dist/sim/cli/main.js');
const folder = temporaryFolder();
const scenario = {
  name: 'drawn',
  clients: 4,
  data: { source: 'features', channels: 8, grid: 3 },
  method: {
    rounds: 3,
    dimensions: 8,
    patches: 60,
    memory: { local: 8, upload: 4, global: 10, minimumPatches: 1 },
    training: { steps: 3, batchSize: 32 },
  },
  evaluate: { rounds: [] },
};

function feddymem(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, FEDDYMEM_CACHE: join(folder, 'cache') },
    encoding: 'utf8',
  });
}

const linesOf = (run: string) =>
  readFileSync(join(folder, run, 'journal.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
const resultOf = (run: string) =>
  JSON.parse(readFileSync(join(folder, run, 'result.json'), 'utf8')) as RunResult;

beforeAll(() => {
  // One thread opens sooner than two, and most of these runs are opening.
  writeFileSync(join(folder, 'drawn.yaml'), stringify({ ...scenario, workers: 1 }));
  expect(feddymem('run', 'drawn.yaml', '--out', 'base', '--check').status).toBe(0);
});

describe('feddymem verify', () => {
  it('computes a run again and finds every event equal', () => {
    const { status, stdout } = feddymem('verify', 'base');
    expect(stdout).toContain(
      `equal: ${linesOf('base').length} events, digest ${resultOf('base').journalDigest}`,
    );
    expect(status).toBe(0);
  });

  it('names the first event of a run that was not computed like this', () => {
    cpSync(join(folder, 'base'), join(folder, 'forged'), { recursive: true });
    // A journal whose chain of digests is whole, but whose training had another loss.
    let digest = sha256('feddymem journal 2');
    const forged = linesOf('base').map((line, at) => {
      const { digest: _, ...entry } = JSON.parse(line) as Record<string, unknown>;
      const body = JSON.stringify(entry).replace(/"loss":[0-9.]+/, at > 60 ? '"loss":0.25' : '$&');
      digest = sha256(digest + body);
      return `${body.slice(0, -1)},"digest":"${digest.slice(0, 16)}"}`;
    });
    writeFileSync(join(folder, 'forged/journal.jsonl'), `${forged.join('\n')}\n`);
    const { status, stdout } = feddymem('verify', 'forged');
    expect(status).toBe(1);
    expect(stdout).toContain('figures.loss');
    expect(stdout).toContain('0.25');
    const json = feddymem('verify', 'forged', '--json');
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ equal: false, changed: [] });
  });

  it('refuses a damaged journal and a folder that holds no run', () => {
    cpSync(join(folder, 'base'), join(folder, 'damaged'), { recursive: true });
    const journal = readFileSync(join(folder, 'damaged/journal.jsonl'), 'utf8');
    writeFileSync(join(folder, 'damaged/journal.jsonl'), journal.slice(0, -30));
    const damaged = feddymem('verify', 'damaged');
    expect(damaged.status).toBe(2);
    expect(damaged.stderr).toContain(`line ${linesOf('base').length}`);
    const missing = feddymem('verify', 'nowhere');
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain(join('nowhere', 'manifest.json'));
  });
});

describe('feddymem fork', () => {
  it('shares everything before the round, computes the rest, and can be verified and forked itself', () => {
    const { status, stdout } = feddymem(
      ...['fork', 'base', '--round', '2', '--set', 'method.training.learningRate=0.01', '--out', 'fork'],
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/jobs +[1-9]\d* computed, [1-9]\d* taken/);
    const [base, fork] = [linesOf('base'), linesOf('fork')];
    const parting = base.findIndex((line, at) => line !== fork[at]);
    const entry = JSON.parse(base[parting]) as { round: number; kind: string };
    expect(entry).toMatchObject({ round: 2, kind: 'computed' });
    expect(resultOf('fork').journalDigest).not.toBe(resultOf('base').journalDigest);
    expect(feddymem('verify', 'fork').stdout).toContain('equal');
    const again = feddymem(
      'fork',
      'fork',
      '--round',
      '3',
      '--set',
      'schedule.cohort=2',
      '--out',
      'fork-2',
      '--check',
    );
    expect(again.status).toBe(0);
    expect(
      resultOf('fork-2')
        .rounds.map(({ accepted }) => accepted)
        .slice(1),
    ).toEqual([4, 4, 2]);
    expect(feddymem('verify', 'fork-2').stdout).toContain('equal');
  });

  it('adds rounds to a run that is over', () => {
    feddymem('fork', 'base', '--round', '4', '--set', 'method.rounds=5', '--out', 'longer');
    expect(resultOf('longer').rounds).toHaveLength(6);
  });

  it('changes faults, devices and links from the round on only', () => {
    const changes = [
      'device.clientGflops=0.001',
      'link.latency=5',
      'faults.plan=[{kind: lose, client: client-1, step: train}]',
    ];
    const sets = [...changes, 'schedule.retry={after: 100}'].flatMap((change) => ['--set', change]);
    expect(feddymem('fork', 'base', '--round', '3', ...sets, '--out', 'slow', '--check').status).toBe(0);
    const [base, slow] = [resultOf('base'), resultOf('slow')];
    expect(slow.rounds[2].virtualSeconds).toBe(base.rounds[2].virtualSeconds);
    expect(slow.rounds[3].virtualSeconds).toBeGreaterThan(base.rounds[3].virtualSeconds + 100);
    expect(linesOf('slow').join('\n')).toContain('lost on its way');
  });

  it.each([
    [['--round', '2'], 'without --set'],
    [['--round', '9', '--set', 'method.rounds=9'], '--round 9'],
    [['--round', '1', '--set', 'seed=3'], 'seed is fixed'],
    [['--round', '1', '--set', 'data.channels=3'], 'data is fixed'],
    [['--round', '1', '--set', 'method.alignment=none'], 'method.alignment is fixed'],
  ])('refuses %j', (flags, message) => {
    const { status, stderr } = feddymem('fork', 'base', ...flags, '--out', 'refused');
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('feddymem diff', () => {
  it('says which setting, which event and by how much', () => {
    feddymem('run', 'drawn.yaml', '--set', 'method.training.learningRate=0.002', '--out', 'other');
    const { status, stdout } = feddymem('diff', 'base', 'other');
    expect(status).toBe(1);
    expect(stdout).toContain('method.training.learningRate');
    expect(stdout).toMatch(/event \d+ .*step train, round 1/);
    expect(stdout).toContain('parameter.0: F32 [64]');
    expect(stdout).toContain('largest difference');
    expect(feddymem('diff', 'base', 'base').status).toBe(0);
  });
});

describe('feddymem swarm', () => {
  it('tries schedules and says how many a minute', () => {
    const { status, stdout } = feddymem(
      'swarm',
      join(process.cwd(), 'scenarios/swarm.yaml'),
      '--seeds',
      '30',
    );
    expect(stdout).toMatch(/30 schedules in .*, \d+ a minute: 30 finished, 0 abandoned, 0 failed/);
    expect(status).toBe(0);
  });

  it('refuses a scenario of images', () => {
    const { status, stderr } = feddymem('swarm', join(process.cwd(), 'scenarios/demo.yaml'));
    expect(status).toBe(2);
    expect(stderr).toContain('data.source');
  });
});

describe('engines', () => {
  it('doctor says what runs here and how to get the rest', () => {
    const { status, stdout } = feddymem('doctor', '--json');
    expect(status).toBe(0);
    const { engines, auto } = JSON.parse(stdout) as {
      engines: { engine: string; provider?: string; runs: boolean; howToGet: string }[];
      auto: { engine: string };
    };
    const runs = (name: string) => engines.some(({ engine, runs: answer }) => engine === name && answer);
    expect(runs('onnx')).toBe(true);
    expect(runs('wasm')).toBe(true);
    for (const { howToGet } of engines.filter((report) => !report.runs)) expect(howToGet).not.toBe('');
    expect(['onnx', 'tensorflow']).toContain(auto.engine);
    expect(feddymem('doctor').stdout).toContain(`--engine auto takes ${auto.engine}`);
  });

  it('auto is replaced by what it chose, in the run folder too', () => {
    expect(feddymem('run', 'drawn.yaml', '--engine', 'auto', '--out', 'auto').status).toBe(0);
    expect(['onnx', 'tensorflow']).toContain(resultOf('auto').engine);
    expect(readFileSync(join(folder, 'auto/scenario.yaml'), 'utf8')).not.toContain('auto');
  });

  it('one that is missing is bad input in one line, before anything is computed', () => {
    const { status, stderr } = feddymem('run', 'drawn.yaml', '--engine', 'tensorflow', '--out', 'missing');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: .*tensorflow.*\nfix: .*npm install.*\n$/);
  });

  it('wasm runs the whole of it', () => {
    expect(feddymem('run', 'drawn.yaml', '--engine', 'wasm', '--out', 'wasm', '--check').status).toBe(0);
    const [wasm, onnx] = [resultOf('wasm'), resultOf('base')];
    expect(wasm.versions.engine).toContain('wasm');
    expect(wasm.mean.own!.imageAuroc!).toBeCloseTo(onnx.mean.own!.imageAuroc!, 1);
    expect(feddymem('verify', 'wasm').stdout).toContain('equal');
  });
});

describe('feddymem cache', () => {
  it('shows and prunes', () => {
    const usage = JSON.parse(feddymem('cache', '--json').stdout) as unknown;
    expect(JSON.stringify(usage)).toContain('payloads');
    expect(feddymem('cache', 'prune', '--to', '1KB').status).toBe(0);
    // What is gone is computed again.
    expect(feddymem('run', 'drawn.yaml', '--out', 'after').status).toBe(0);
    expect(resultOf('after').journalDigest).toBe(resultOf('base').journalDigest);
  });

  it('refuses a limit that is none before anything is computed', () => {
    const { status, stderr } = spawnSync(process.execPath, [main, 'run', 'drawn.yaml'], {
      cwd: folder,
      env: { ...process.env, FEDDYMEM_CACHE: join(folder, 'cache'), FEDDYMEM_CACHE_LIMIT: 'much' },
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('FEDDYMEM_CACHE_LIMIT');
  });
});
