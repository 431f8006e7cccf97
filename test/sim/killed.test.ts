import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { stream } from '../../src/base/random.js';
import type { RunResult } from '../../src/sim/result/run-result.js';
import { temporaryFolder } from '../support/tiny.js';

const main = join(import.meta.dirname, '../../dist/sim/cli/main.js');
const folder = temporaryFolder();
const scenario = join(folder, 'tiny.yaml');
/** Three points; FEDDYMEM_KILLS asks for more in the long tier. */
const kills = Number(process.env.FEDDYMEM_KILLS ?? 3);

/** No images: as quick as a run with all its files can be, with enough training to be killed in. */
const drawn = {
  name: 'drawn',
  clients: 4,
  data: { source: 'features', channels: 32, grid: 8, trainImages: 16, minimumTrainImages: 12 },
  method: {
    rounds: 3,
    dimensions: 16,
    memory: { local: 40, upload: 20, global: 60, minimumPatches: 1 },
    training: { steps: 60, batchSize: 256 },
  },
  evaluate: { rounds: [] },
};

const environment = (cache: string) => ({ ...process.env, FEDDYMEM_CACHE: join(folder, cache) });
const command = (out: string, ...flags: string[]) => [
  main,
  'run',
  scenario,
  '--out',
  out,
  '--workers',
  '2',
  ...flags,
];
const linesOf = (journal: string) =>
  existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length - 1 : 0;
const digestOf = (out: string) =>
  (JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult).journalDigest;

function resume(out: string, cache: string) {
  return spawnSync(process.execPath, command(out, '--resume'), { env: environment(cache), encoding: 'utf8' });
}

/** Starts a run and kills it as soon as its journal has so many lines. @returns whether it was killed in time */
async function killAt(lines: number, out: string, cache: string): Promise<boolean> {
  const child = spawn(process.execPath, command(out), { env: environment(cache), stdio: 'ignore' });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on('exit', (_, signal) => resolve(signal)),
  );
  while (child.exitCode === null && linesOf(join(out, 'journal.jsonl')) < lines) await setTimeout(2);
  child.kill('SIGKILL');
  return (await ended) === 'SIGKILL';
}

describe('a run that is killed', () => {
  let digest: string;
  let events: number;
  beforeAll(() => {
    writeFileSync(scenario, stringify(drawn));
    const out = join(folder, 'undisturbed');
    expect(spawnSync(process.execPath, command(out), { env: environment('undisturbed-cache') }).status).toBe(
      0,
    );
    digest = digestOf(out);
    events = linesOf(join(out, 'journal.jsonl'));
  });

  it.each(Array.from({ length: kills }, (_, point) => point))(
    'goes on and finds the same digest: seeded point %i',
    async (point) => {
      const lines = stream('kill', point).integer(events - 1);
      const [out, cache] = [join(folder, `run-${point}`), `cache-${point}`];
      expect(await killAt(lines, out, cache), 'the run was over before it could be killed').toBe(true);
      expect(existsSync(join(out, 'result.json'))).toBe(false);
      const { status, stderr } = resume(out, cache);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(digestOf(out)).toBe(digest);
    },
    60_000,
  );

  it('computes again what was half written: a journal line, a result, a payload', async () => {
    const [out, cache] = [join(folder, 'half'), 'half-cache'];
    expect(await killAt(Math.floor(0.8 * events), out, cache)).toBe(true);
    const journal = join(out, 'journal.jsonl');
    truncateSync(journal, statSync(journal).size - 7);
    for (const kind of ['results', 'payloads']) {
      const files = filesBelow(join(folder, cache, kind));
      expect(files.length).toBeGreaterThan(2);
      for (const file of files.filter((_, index) => index % 2 === 0))
        truncateSync(file, statSync(file).size >> 1);
    }
    const { status, stdout, stderr } = resume(out, cache);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/jobs +[1-9]\d* computed, [1-9]\d* taken/);
    expect(digestOf(out)).toBe(digest);
  });

  it('is not resumed with other settings, and a finished one is left as it is', () => {
    const out = join(folder, 'undisturbed');
    const again = resume(out, 'undisturbed-cache');
    expect(again.stdout).toContain('nothing is left to do');
    expect(again.status).toBe(0);
    const { status, stderr } = spawnSync(
      process.execPath,
      command(out, '--resume', '--set', 'method.memory.global=20'),
      { env: environment('undisturbed-cache'), encoding: 'utf8' },
    );
    expect(status).toBe(2);
    expect(stderr).toContain('method.memory.global');
  });

  it('says what its folder holds when neither --resume nor --force is given', async () => {
    const out = join(folder, 'left');
    expect(await killAt(3, out, 'left-cache')).toBe(true);
    const { status, stderr } = spawnSync(process.execPath, command(out), {
      env: environment('left-cache'),
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('unfinished');
    expect(stderr).toContain('--resume');
  });
});

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
