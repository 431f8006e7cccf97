import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aurocOverAxis } from '../../../src/sim/report/study/axis-plot.js';
import { readStudyReport } from '../../../src/sim/report/study/read-study.js';
import { ablationTable, summaryTable } from '../../../src/sim/report/study/study-tables.js';
import { renderStudyReport } from '../../../src/sim/report/study/study-report.js';
import type { Study } from '../../../src/sim/study/study-file.js';
import { sampleStudy, writeSampleStudy } from './study-fixture.js';

const count = (svg: string, role: string) => svg.split(`aria-roledescription="${role}"`).length - 1;
const notNumbers = /NaN|undefined|Infinity|\[object|>null</;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'study-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function reportOf(study: Study, failed: string[] = [], missing: string[] = []) {
  writeSampleStudy(folder, study, failed, missing);
  return renderStudyReport(await readStudyReport(folder));
}

describe('tables', () => {
  const none = { n: 0, mean: null, deviation: null };
  const of = (n: number) => ({ n, mean: 0.9, deviation: 0.01 });

  it('say the n of a mean that is not that of its row', () => {
    const row = { axes: { clients: 2 }, cells: 3, finished: 3, failed: 0, own: of(3), global: of(2) };
    const axes = [{ name: 'clients', values: [2] }];
    const sweep = summaryTable({ axes }, [{ ...row, unseen: none, bytesPerRound: of(3) }]).text;
    expect(sweep.split('<small>n = ').map((text) => text[0])).toEqual([sweep[0], '2']);
    const view = (n: number) => ({ imageAuroc: of(n), difference: null, test: null });
    const variant = { variant: 'full', changes: [], failed: [], bytesPerRound: of(3) };
    const ablation = ablationTable([{ ...variant, own: view(3), global: view(1) }]).text;
    expect(ablation.split('<small>n = ').map((text) => text[0])).toEqual([ablation[0], '1']);
  });
});

describe('report of a sweep', () => {
  it('has mean and deviation over seeds, and lines with bars over the swept number', async () => {
    const study = sampleStudy('sweep', { clients: [2, 4, 8], method: ['feddymem', 'local'] }, 3);
    const { page, plots } = await reportOf(study);
    // Seeds add 0, .004 and .008 to the first point's loss of 0.
    expect(page).toContain('.946 ± .004');
    expect(page).toContain('clients (3 values) × method (2 values) with 3 seeds: 18 of 18 runs finished.');
    expect(page).toContain('feddymem sweep it.yaml --out studies/sweep');
    expect(page).not.toMatch(notNumbers);
    expect(plots.map(({ name }) => name)).toEqual(['axis-1', 'axis-2']);
    for (const { svg } of plots) {
      expect(count(svg, 'point')).toBe(6);
      expect(count(svg, 'line mark')).toBe(2);
      expect(count(svg, 'rule mark')).toBe(6);
      expect(page.includes(svg)).toBe(true);
      expect(svg).not.toMatch(notNumbers);
    }
  });

  it('draws points with their intervals where no axis is a number', async () => {
    const { page, plots } = await reportOf(
      sampleStudy('rivals', { method: ['feddymem', 'local', 'pooled'] }, 2),
    );
    expect(plots.map(({ name }) => name)).toEqual(['auroc']);
    expect(count(plots[0].svg, 'point')).toBe(6);
    expect(count(plots[0].svg, 'rule mark')).toBe(6);
    expect(page).toContain('pooled');
  });

  it('says what failed and what has not run', async () => {
    const study = sampleStudy('sweep', { clients: [2, 4] }, 2);
    const { page, plots } = await reportOf(study, ['p1_seed-1'], ['p1_seed-2']);
    expect(page).toContain('2 of 4 runs finished; 1 failed, 1 not run.');
    expect(page).toContain('training &lt;diverged&gt;');
    expect(page).toContain('Lower the rate.');
    expect(page).not.toContain('<diverged>');
    expect(count(plots[0].svg, 'point')).toBe(2);
  });

  it('is written when nothing has run', async () => {
    const study = sampleStudy('ablation', { variant: ['full', 'loss=none'] }, 1);
    const { page, plots } = await reportOf(study, [], ['p0_seed-1', 'p1_seed-1']);
    expect(plots).toEqual([]);
    expect(page).toContain('0 of 2 runs finished; 2 not run.');
    expect(page).not.toMatch(notNumbers);
  });

  it('has a command that a shell understands, where the folder has spaces', async () => {
    const place = join(folder, 'my study');
    const { command: _, ...study } = sampleStudy('sweep', { clients: [2, 4] }, 1);
    mkdirSync(place);
    writeSampleStudy(place, study, [], []);
    const { command } = await readStudyReport(place);
    expect(command).toBe(`feddymem run '${join(place, 'cells', 'p0_seed-1', 'scenario.yaml')}'`);
  });

  it('escapes all that comes from outside', async () => {
    const evil = `<script>'"&`;
    const study = sampleStudy('sweep', { [evil]: [1, 2], other: [evil, 'b'] }, 1);
    const { page } = await reportOf({ ...study, name: evil, scenario: evil, command: evil, base: evil });
    expect(page).not.toContain('<script');
    expect(page).not.toContain(`'"&<`);
    expect(page.replace(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:|\b(src|href)=/);
  });
});

describe('report of an ablation', () => {
  it('has a forest of differences to the full method, and the table behind it', async () => {
    const study = sampleStudy('ablation', { variant: ['full', 'loss=none', 'anchors=own', 'rounds=0'] }, 2);
    const { page, plots } = await reportOf(study);
    expect(plots.map(({ name }) => name)).toEqual(['ablation']);
    const [{ svg }] = plots;
    // Three variants in two views.
    expect(count(svg, 'point')).toBe(6);
    for (const variant of ['loss=none', 'anchors=own', 'rounds=0']) expect(svg.includes(variant)).toBe(true);
    expect(svg).toContain('stroke-dasharray="4,3"');
    expect(page).toMatch(/−\.\d{3} <i>\[[−+]?\.\d{3}, [−+]?\.\d{3}\]<\/i>/);
    expect(page).not.toMatch(notNumbers);
  });
});

describe('AUROC over an axis', () => {
  it('is logarithmic where values grow by factors, and draws what has no deviation without a bar', async () => {
    const points = [0.0001, 0.001, 0.01].map((value, at) => ({
      ...{ series: 'own', value, mean: 0.9 + at / 100 },
      deviation: at === 0 ? null : 0.01,
    }));
    const svg = await aurocOverAxis('method.training.learningRate', points);
    expect(svg).toContain('method.training.learningRate (logarithmic)');
    for (const label of ['0.0001', '0.001', '0.01']) expect(svg).toContain(`>${label}</text>`);
    expect(count(svg, 'rule mark')).toBe(2);
    expect(count(svg, 'point')).toBe(3);
  });

  it('has every digit of a value', async () => {
    const points = [16384, 20480.5].map((value) => ({ series: 'own', value, mean: 0.9, deviation: 0.01 }));
    const svg = await aurocOverAxis('clients', points);
    for (const label of ['16384', '20480.5']) expect(svg).toContain(`>${label}</text>`);
  });

  it('warns of nothing', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await aurocOverAxis('clients', [{ series: 'own', value: 2, mean: 0.9, deviation: 0.1 }]);
    await aurocOverAxis('clients', []);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
