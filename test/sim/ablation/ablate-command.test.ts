import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { writeAblation, type AblationResult } from '../../../src/sim/ablation/ablation-result.js';
import { expectRefusal } from '../../support/refusal.js';
import { temporaryFolder } from '../../support/tiny.js';

const main = join(import.meta.dirname, '../../../dist/sim/cli/main.js');
const folder = temporaryFolder();
const scenario = {
  name: 'drawn',
  clients: 3,
  data: { source: 'features', channels: 8, grid: 3 },
  method: {
    rounds: 1,
    dimensions: 8,
    patches: 60,
    memory: { local: 8, upload: 4, global: 10, minimumPatches: 1 },
    training: { steps: 3, batchSize: 32 },
  },
  evaluate: { rounds: [] },
};

function ablate(...args: string[]) {
  return spawnSync(process.execPath, [main, 'ablate', 'drawn.yaml', ...args], {
    cwd: folder,
    env: { ...process.env, FEDDYMEM_CACHE: join(folder, 'cache') },
    encoding: 'utf8',
  });
}

beforeAll(() => {
  writeFileSync(join(folder, 'drawn.yaml'), stringify(scenario));
});

describe('feddymem ablate', () => {
  it('lists components and variants, and runs nothing', () => {
    const { status, stdout } = ablate('--list', '--axes', 'anchors,sizes');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^anchors +global +method\.anchors=global +whose slots/m);
    expect(stdout).toMatch(/^sizes +half +method\.memory\.local=4 /m);
    expect(stdout).not.toContain('loss');
    expect(existsSync(join(folder, 'studies'))).toBe(false);
  });

  it('says with --dry-run what would be run', () => {
    const { status, stdout } = ablate('--axes', 'anchors', '--seeds', '2', '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toContain('6 cells in studies/drawn-ablation, 0 of them finished');
    expect(existsSync(join(folder, 'studies'))).toBe(false);
  });

  it('runs, compares, and goes on where it was', () => {
    const args = [
      '--axes',
      'calibration,exchange',
      '--seeds',
      '2',
      '--workers',
      '1',
      '--out',
      'study',
      '--json',
    ];
    const first = ablate(...args);
    expect(first.stderr).toContain('adjusted for 2 variants');
    expect(first.status).toBe(0);
    const result = JSON.parse(first.stdout) as AblationResult;
    expect(result.rows.map(({ variant }) => variant)).toEqual(['full', 'calibration=none', 'exchange=off']);
    expect(JSON.parse(readFileSync(join(folder, 'study/ablation.json'), 'utf8'))).toEqual(result);
    const again = ablate(...args);
    expect(again.stderr).toContain('6 cells finished before');
    expect(JSON.parse(again.stdout)).toEqual(result);
    rmSync(join(folder, 'study/study.duckdb'));
    mkdirSync(join(folder, 'study/study.duckdb/in the way'), { recursive: true });
    expect(ablate(...args).stderr).toMatch(/^wrote {2}study\/ablation\.json; no database: .+/m);
  });

  it('names the file that it can not write', async () => {
    writeFileSync(join(folder, 'a file'), '');
    const path = join(folder, 'a file', 'below');
    await expectRefusal(
      () => writeAblation(path, { study: 'drawn', seeds: [], rows: [] }),
      `${join(path, 'ablation.json')} can't be written`,
    );
  });

  it.each([
    [['--axes', 'anchor'], 'did you mean anchors?'],
    [['--set', 'method.name=local'], 'method.name is local'],
    [['--axes', 'loss', '--rounds', '0'], 'nothing to leave out'],
  ])('refuses %j', (args, text) => {
    const { status, stderr } = ablate(...args);
    expect(stderr).toContain(text);
    expect(stderr).toContain('fix:');
    expect(status).toBe(2);
  });
});
