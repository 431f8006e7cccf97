import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyGallery, writeGallery } from '../../../src/sim/report/gallery/gallery-file.js';
import { readRunReport } from '../../../src/sim/report/read-run.js';
import { renderReport } from '../../../src/sim/report/report.js';
import { readStudyReport } from '../../../src/sim/report/study/read-study.js';
import { renderStudyReport } from '../../../src/sim/report/study/study-report.js';
import { readTimeline } from '../../../src/sim/report/timeline/timeline.js';
import { discardPlots, isPlotFile, writeReport } from '../../../src/sim/report/write-report.js';
import { sampleEntries, sampleGallery } from './extras.js';
import { sampleResult } from './fixture.js';
import { sampleStudy, writeSampleStudy } from './study-fixture.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
};

describe('report made again from a run folder', () => {
  it('has all that the folder has', async () => {
    const result = sampleResult();
    const ids = result.clients.map(({ id }) => id);
    write('result.json', JSON.stringify(result));
    write('scenario.yaml', 'name: demo\nseed: 7\n');
    write('scores.csv', 'client,image,view,label,score\ncarpet,i,own,0,1\ncarpet,j,own,1,2\n');
    write(
      'journal.jsonl',
      sampleEntries(ids, 2)
        .map((entry) => JSON.stringify(entry))
        .join('\n') + '\n',
    );
    await writeGallery(folder, await sampleGallery(['carpet']));
    const report = await readRunReport(folder);
    expect(report.result).toEqual(result);
    expect(report.command).toBe(`feddymem run ${join(folder, 'scenario.yaml')}`);
    expect(report.settings).toEqual({ name: 'demo', seed: 7 });
    expect(report.scores).toEqual([{ client: 'carpet', normal: [1], defective: [2] }]);
    expect(report.timeline?.messages).toHaveLength(2 * 2 * ids.length);
    expect(report.gallery?.clients[0].images).toHaveLength(3);
  });

  it('needs the result alone', async () => {
    write('result.json', JSON.stringify(sampleResult()));
    write('journal.jsonl', 'not JSON\n');
    const report = await readRunReport(folder);
    expect([report.scores, report.timeline, report.gallery]).toEqual([undefined, null, emptyGallery]);
    const { page } = await renderReport(report);
    for (const heading of ['Scores', 'Messages', 'Anomaly maps'])
      expect(page).not.toContain(`<h2>${heading}`);
  });

  it('says what to give where there is no run', async () => {
    await expect(readRunReport(folder)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('result.json') as string,
    });
  });

  it.each([
    ['scenario.yaml', 'a: [1\nb: }'],
    ['scenario.yaml', 'text'],
    ['scores.csv', 'client,image,view\n"carpet,i,own\n'],
  ])('names a %s that is damaged: %j', async (name, text) => {
    write('result.json', JSON.stringify(sampleResult()));
    write(name, text);
    await expect(readRunReport(folder)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(join(folder, name)) as string,
      hint: expect.stringMatching(/./) as string,
    });
  });
});

describe('files of a report', () => {
  it('are the page, and each plot as SVG and PNG beside it', async () => {
    const warn = vi.spyOn(console, 'warn');
    const rendered = await renderReport({ result: sampleResult(), command: 'c', settings: {} });
    const written = await writeReport(join(folder, 'r.html'), rendered);
    expect(readFileSync(written.page, 'utf8') === rendered.page).toBe(true);
    expect(rendered.plots).toHaveLength(4);
    for (const { name, svg } of rendered.plots) {
      expect(readFileSync(join(folder, 'r-plots', `${name}.svg`), 'utf8') === svg).toBe(true);
      expect(
        readFileSync(join(folder, 'r-plots', `${name}.png`))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    }
    expect(warn).not.toHaveBeenCalled();
    await discardPlots(join(folder, 'r-plots'));
    expect(existsSync(join(folder, 'r-plots'))).toBe(false);
  });

  const plot = (name: string, svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>') => ({
    name,
    svg,
  });

  it.each([
    ['report.html', 'plots'],
    ['clients.html', 'clients-plots'],
    ['a.b.html', 'a.b-plots'],
    ['clients', 'clients-plots'],
  ])('have a folder of their own for plots: %s', async (name, plots) => {
    const written = await writeReport(join(folder, name), { page: name, plots: [plot('auroc')] });
    expect(written.plots).toBe(join(folder, plots));
    expect(readdirSync(folder).sort()).toEqual([name, plots].sort());
  });

  it('take the place of those of an earlier one, and of nothing else', async () => {
    const path = join(folder, 'report.html');
    await writeReport(path, { page: 'old', plots: [plot('scores-1'), plot('scores-12'), plot('auroc')] });
    write('plots/mine.svg', 'mine');
    write('plots/scores.png', 'mine too');
    await writeReport(path, { page: 'new', plots: [plot('auroc')] });
    expect(readdirSync(join(folder, 'plots')).sort()).toEqual([
      ...['auroc.png', 'auroc.svg', 'mine.svg', 'scores.png'],
    ]);
    await discardPlots(join(folder, 'plots'));
    expect(readdirSync(join(folder, 'plots')).sort()).toEqual(['mine.svg', 'scores.png']);
  });

  it('are known by their names, whatever they are a report of', async () => {
    const result = sampleResult();
    const ids = result.clients.map(({ id }) => id);
    const timeline = await readTimeline(sampleEntries(ids, 2), ids);
    const scores = ids.map((client) => ({ client, normal: [1, 2], defective: [2, 3] }));
    const run = await renderReport({ result, command: 'c', settings: {}, scores, timeline });
    const studies = [
      sampleStudy('sweep', { clients: [2, 4], method: ['a', 'b'] }, 1),
      sampleStudy('sweep', { method: ['a', 'b'] }, 1),
      sampleStudy('ablation', { variant: ['full', 'without'] }, 2),
    ];
    const names = run.plots.map(({ name }) => name);
    for (const [at, study] of studies.entries()) {
      const place = join(folder, `study-${at}`);
      mkdirSync(place);
      writeSampleStudy(place, study, [], []);
      names.push(...(await renderStudyReport(await readStudyReport(place))).plots.map(({ name }) => name));
    }
    expect(names).toEqual(expect.arrayContaining(['messages', 'scores-1', 'axis-1', 'auroc', 'ablation']));
    expect(names.filter((name) => !isPlotFile(`${name}.svg`) || !isPlotFile(`${name}.png`))).toEqual([]);
  });

  it('are refused where nothing can be written', async () => {
    mkdirSync(join(folder, 'r.html'));
    const rendered = await renderReport({ result: sampleResult(), command: 'c', settings: {} });
    await expect(writeReport(join(folder, 'r.html'), rendered)).rejects.toMatchObject({ code: 'bad-input' });
  });
});
