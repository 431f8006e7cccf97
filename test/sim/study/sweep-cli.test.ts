import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { RunResult } from '../../../src/sim/result/run-result.js';
import { readStudy } from '../../../src/sim/study/study-file.js';
import { temporaryFolder } from '../../support/tiny.js';
import { drawn } from './samples.js';

const main = join(import.meta.dirname, '../../../dist/sim/cli/main.js');
const folder = temporaryFolder();
/** Long enough to be stopped in. */
const slow = {
  ...drawn,
  name: 'slow',
  data: { source: 'features', channels: 32, grid: 8, trainImages: 16, minimumTrainImages: 12 },
  method: {
    rounds: 3,
    dimensions: 16,
    memory: { local: 40, upload: 20, global: 60, minimumPatches: 1 },
    training: { steps: 60, batchSize: 256 },
  },
};
beforeAll(() => {
  writeFileSync(join(folder, 'drawn.yaml'), stringify(drawn));
  writeFileSync(join(folder, 'slow.yaml'), stringify(slow));
});

const surroundings = (cache: string) => ({
  cwd: folder,
  env: { ...process.env, FEDDYMEM_CACHE: join(folder, cache) },
  encoding: 'utf8' as const,
});
function sweep(cache: string, ...args: string[]) {
  return spawnSync(process.execPath, [main, 'sweep', ...args, '--workers', '2'], surroundings(cache));
}
const digestsIn = (study: string) =>
  Object.fromEntries(
    readdirSync(join(folder, study, 'cells')).map((id) => {
      const path = join(folder, study, 'cells', id, 'result.json');
      return [
        id,
        existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RunResult).journalDigest : null,
      ];
    }),
  );

describe('feddymem sweep', () => {
  it('says what it would run, runs it, and prints a table', () => {
    const args = ['drawn.yaml', '--grid', 'clients=2,3', '--grid', 'method=feddymem,local', '--rounds', '1'];
    const planned = sweep('cache', ...args, '--dry-run');
    expect(planned.stdout).toContain('missing     clients=2_method=local_seed=1');
    expect(planned.stdout).toContain('4 cells in studies/drawn, 0 of them finished');
    expect(existsSync(join(folder, 'studies'))).toBe(false);
    const { status, stdout, stderr } = sweep('cache', ...args);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/clients +method +n +own AUROC +global AUROC +bytes a round/);
    expect(stdout).toContain('cells  4 finished');
    const again = sweep('cache', ...args);
    expect(again.stdout).toContain('4 cells finished before');
    expect(again.stdout).toContain('jobs   0 computed, 0 shared');
  });

  it('prints JSON, and keeps its own command', async () => {
    const args = [
      'drawn.yaml',
      '--seeds',
      '2',
      '--zip',
      'rounds=0,1',
      '--zip',
      'clients=2,3',
      '--out',
      'zipped',
    ];
    const { status, stdout } = sweep('cache', ...args, '--json');
    expect(status).toBe(0);
    const { summary, cells } = JSON.parse(stdout) as Record<'summary' | 'cells', Record<string, unknown>[]>;
    expect(summary.map(({ axes, finished }) => [axes, finished])).toEqual([
      [{ rounds: 0, clients: 2 }, 2],
      [{ rounds: 1, clients: 3 }, 2],
    ]);
    expect(cells.map(({ id, state }) => [id, state])[3]).toEqual(['rounds=1_clients=3_seed=2', 'finished']);
    expect((await readStudy(join(folder, 'zipped'))).command).toBe(
      `feddymem sweep ${args.join(' ')} --workers 2`,
    );
  });

  it('ends with 1 when a cell fails, with 2 when nothing can be run', () => {
    const failing = sweep('cache', 'drawn.yaml', '--grid', 'method.memory.local=8,5000', '--out', 'failing');
    expect(failing.status).toBe(1);
    expect(failing.stdout).toContain('cells  1 finished, 1 failed');
    expect(failing.stdout).toMatch(/failed method.memory.local=5000_seed=1: .*5000 slots/);
    const other = sweep('cache', 'drawn.yaml', '--grid', 'method.memory.local=8,6', '--out', 'failing');
    expect([other.status, other.stderr]).toEqual([2, expect.stringContaining('holds another study')]);
    const wrong = sweep('cache', 'drawn.yaml', '--grid', 'methd=local');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean method')]);
  });

  it('is split over machines and joined again', () => {
    const args = ['drawn.yaml', '--grid', 'rounds=0,1,2'];
    for (const part of [1, 2])
      sweep(`cache-${part}`, ...args, '--shard', `${part}/2`, '--out', `part-${part}`);
    const merged = spawnSync(
      process.execPath,
      [main, 'sweep', 'merge', 'joined', 'part-1', 'part-2'],
      surroundings('cache'),
    );
    expect([merged.status, merged.stderr]).toEqual([0, '']);
    expect(merged.stdout).toContain('3 cells copied; 3 finished, 0 failed, 0 missing');
    sweep('cache-whole', ...args, '--out', 'whole');
    expect(digestsIn('joined')).toEqual(digestsIn('whole'));
  });

  it('joins parts with the options of merge alone, and says why there is no database', () => {
    sweep('cache', 'drawn.yaml', '--grid', 'rounds=0,1', '--out', 'only-part');
    const merge = (...args: string[]) =>
      spawnSync(process.execPath, [main, 'sweep', ...args], surroundings('cache'));
    const { status, stdout } = merge('merge', 'as-json', 'only-part', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ study: 'drawn', folder: 'as-json', copied: 2, finished: 2 });
    for (const given of [
      ['merge', 'refused', 'only-part', '--seeds', '3'],
      ['--force', 'merge', 'refused', 'only-part'],
    ]) {
      const refused = merge(...given);
      expect([refused.status, refused.stderr]).toEqual([
        2,
        expect.stringMatching(/no option --(seeds|force)/),
      ]);
    }
    expect(existsSync(join(folder, 'refused'))).toBe(false);
    rmSync(join(folder, 'as-json', 'study.duckdb'));
    mkdirSync(join(folder, 'as-json', 'study.duckdb', 'in the way'), { recursive: true });
    expect(merge('merge', 'as-json', 'only-part').stdout).toMatch(/^wrote {2}as-json; no database: .+/m);
    const quiet = merge('merge', 'as-json', 'only-part', '--json');
    expect(JSON.parse(quiet.stdout)).toMatchObject({ copied: 0 });
    expect(quiet.stderr).toContain('no database: ');
  });

  it('refuses more seeds than anybody waits for', () => {
    const { status, stderr } = sweep('cache', 'drawn.yaml', '--seeds', '5000000000');
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: .*5000000000 cells.*\nfix: /)]);
  });
});

describe('a sweep that is stopped', () => {
  const args = (out: string) => ['slow.yaml', '--grid', 'clients=2,3', '--seeds', '2', '--out', out];
  beforeAll(() => {
    expect(sweep('undisturbed-cache', ...args('undisturbed')).status).toBe(0);
  }, 120_000);

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'by %s goes on with the same command, to the same figures',
    async (signal) => {
      const out = `stopped-${signal}`;
      const child = spawn(process.execPath, [main, 'sweep', ...args(out), '--workers', '2'], {
        ...surroundings(`${signal}-cache`),
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
      const hasResult = () =>
        existsSync(join(folder, out, 'cells')) &&
        Object.values(digestsIn(out)).some((digest) => digest !== null);
      while (child.exitCode === null && !hasResult()) await setTimeout(2);
      child.kill(signal);
      expect(await ended).toBe(signal === 'SIGINT' ? 130 : null);
      const before = digestsIn(out);
      expect(Object.values(before).filter((digest) => digest !== null).length).toBeLessThan(4);
      expect(readdirSync(join(folder, out, 'cells'), { recursive: true }).join()).not.toContain('error.json');
      const { status, stdout, stderr } = sweep(`${signal}-cache`, ...args(out));
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^[1-3] cells? finished before/);
      expect(digestsIn(out)).toEqual(digestsIn('undisturbed'));
    },
    120_000,
  );
});
