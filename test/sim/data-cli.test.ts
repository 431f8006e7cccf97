import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { writeImageSet } from '../support/image-tree.js';
import { temporaryFolder } from '../support/tiny.js';

const main = join(import.meta.dirname, '../../dist/sim/cli/main.js');
const folder = temporaryFolder();
const scenario = {
  name: 'sets',
  data: {
    source: 'folder',
    sets: ['one', { path: 'two', name: 'second' }],
    partition: { by: 'dirichlet', over: 'source', alpha: 0.5, clients: 3 },
  },
};

function feddymem(...args: string[]) {
  const env: NodeJS.ProcessEnv = { ...process.env, FEDDYMEM_CACHE: join(folder, 'cache') };
  env.FEDDYMEM_DATA = join(folder, 'data');
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, env, encoding: 'utf8' });
}
const write = (name: string, content: unknown) => writeFileSync(join(folder, name), stringify(content));

beforeAll(async () => {
  mkdirSync(join(folder, 'data'));
  await writeImageSet(join(folder, 'data', 'one'));
  await writeImageSet(join(folder, 'data', 'two'));
  write('sets.yaml', scenario);
  write('missing.yaml', { name: 'missing', data: { source: 'folder', sets: ['visa'] } });
});

describe('feddymem data', () => {
  it('lists the known sets, and which are here', () => {
    const { status, stdout } = feddymem('data', 'list', '--json');
    expect(status).toBe(0);
    const sets = JSON.parse(stdout) as { name: string; present: boolean }[];
    expect(sets.length).toBeGreaterThanOrEqual(15);
    expect(sets.every(({ present }) => !present)).toBe(true);
    const lines = feddymem('data', 'list').stdout.split('\n');
    expect(lines[0]).toMatch(/^name +here +categories +folder$/);
    expect(lines.find((line) => line.startsWith('visa'))).toMatch(/visa +no +12 .*data\/visa$/);
  });

  it('tells all about one', () => {
    const { stdout } = feddymem('data', 'info', 'visa');
    expect(stdout).toMatch(/licence +CC BY 4\.0/);
    expect(stdout).toContain('split_csv/1cls.csv');
    expect(stdout).toContain(`${join(folder, 'data', 'visa')} (not there)`);
    const { status, stderr } = feddymem('data', 'info', 'vias');
    expect(status).toBe(2);
    expect(stderr).toContain('visa');
  });

  it('checks which scenarios can run, and says where to get what is missing', () => {
    const { status, stdout } = feddymem('data', 'check', 'sets.yaml', 'missing.yaml');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^sets +yes +3 +16 +16$/m);
    expect(stdout).toMatch(/^missing +no/m);
    expect(stdout).toContain('https://github.com/amazon-science/spot-diff');
    write('sweep-sets.yaml', { scenario: 'sets.yaml', seeds: 2 });
    const ofSweep = feddymem('data', 'check', 'sweep-sets.yaml');
    expect(ofSweep.status).toBe(0);
    expect(ofSweep.stdout).toMatch(/^sets +yes +3 +16 +16$/m);
  });

  it('opens every image when asked to, and names the broken ones', async () => {
    await writeImageSet(join(folder, 'data', 'three'));
    const broken = join(folder, 'data', 'three', 'test', 'good', 'a_000.png');
    writeFileSync(broken, 'no picture');
    write('broken.yaml', { name: 'broken', data: { source: 'folder', sets: ['three'] } });
    expect(feddymem('data', 'check', 'broken.yaml').status).toBe(0);
    const { status, stdout } = feddymem('data', 'check', '--images', 'broken.yaml');
    expect(status).toBe(1);
    expect(stdout).toContain('1 broken image');
    expect(stdout).toContain(broken);
  });

  it('shows who holds what, and draws it', () => {
    const { status, stdout } = feddymem('data', 'partition', 'sets.yaml');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^client +train +test good +defective +\w+ +\w+$/m);
    expect(stdout).toMatch(/^client-3 /m);
    expect(stdout).toContain('Jensen–Shannon');
    expect(readFileSync(join(folder, 'sets-partition.svg'), 'utf8')).toContain('<svg');
    expect(feddymem('data', 'partition', 'sets.yaml', '--out', 'pictures/sets.svg').status).toBe(0);
    expect(readdirSync(join(folder, 'pictures'))).toEqual(['sets.svg']);
    const json = feddymem('data', 'partition', 'sets.yaml', '--json', '--set', 'data.partition.clients=5');
    const { clients } = JSON.parse(json.stdout) as { clients: { train: number }[] };
    expect(clients).toHaveLength(5);
    expect(clients.reduce((sum, { train }) => sum + train, 0)).toBe(16);
  });

  it('names the picture that it can not write', () => {
    const { status, stderr } = feddymem('data', 'partition', 'sets.yaml', '--out', 'sets.yaml/sets.svg');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: sets\.yaml\/sets\.svg can't be written: .*\nfix: .*--out.*\n$/);
  });

  it('finds training images that are test images too', () => {
    const { status, stdout } = feddymem('data', 'leaks', 'missing.yaml');
    expect([status, stdout]).toEqual([2, '']);
    expect(existsSync(join(folder, 'data', 'one', 'train', 'good'))).toBe(true);
  });
});

describe('a planted copy', () => {
  beforeAll(async () => {
    await writeImageSet(join(folder, 'data', 'leaky'));
    const at = (path: string) => join(folder, 'data', 'leaky', path);
    copyFileSync(at('train/good/a_000.png'), at('test/good/b_copy.png'));
    write('leaky.yaml', {
      name: 'leaky',
      data: {
        source: 'folder',
        sets: ['leaky'],
        partition: { by: 'file-name', pattern: '^([ab])_' },
      },
      method: { rounds: 0, memory: { local: 20, upload: 10, global: 20 } },
    });
  });

  it('is found by feddymem data leaks, between clients', () => {
    const { status, stdout } = feddymem('data', 'leaks', 'leaky.yaml', '--json');
    expect(status).toBe(0);
    const { exact, pairs } = JSON.parse(stdout) as {
      exact: number;
      pairs: { train: { client: string; id: string }; test: { client: string; id: string } }[];
    };
    expect(exact).toBe(1);
    expect(pairs[0]).toMatchObject({
      train: { client: 'a', id: 'leaky/train/good/a_000.png' },
      test: { client: 'b', id: 'leaky/test/good/b_copy.png' },
    });
    const denied = feddymem('data', 'leaks', 'leaky.yaml', '--deny-leaks');
    expect(denied.status).toBe(2);
    expect(denied.stderr).toContain('a_000.png');
  });

  it('is reported by a run, and ends one that denies leaks', () => {
    const run = feddymem('run', 'leaky.yaml', '--out', 'leaky-run');
    expect(run.stderr).toBe('');
    expect(run.stdout).toMatch(/leaks +1 exact/);
    const result = JSON.parse(readFileSync(join(folder, 'leaky-run', 'result.json'), 'utf8')) as {
      leaks: { exact: number };
    };
    expect(result.leaks.exact).toBe(1);
    const denied = feddymem('run', 'leaky.yaml', '--out', 'denied', '--deny-leaks');
    expect(denied.status).toBe(2);
    expect(denied.stderr).toContain('b_copy.png');
    expect(existsSync(join(folder, 'denied'))).toBe(false);
  });
});
