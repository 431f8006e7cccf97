import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildStore } from '../../../../src/sim/study/store/build-store.js';
import { exportLatex, type LatexWishes } from '../../../../src/sim/study/store/export-latex.js';
import { latexTable, type TableMetric } from '../../../../src/sim/study/store/latex-table.js';
import { latexText } from '../../../../src/sim/study/store/latex-text.js';
import { openStudy } from '../../../../src/sim/study/store/study-source.js';
import { placeOf, summarise } from '../../../../src/sim/study/store/summary.js';
import { tablesOf } from '../../../../src/sim/study/store/tables.js';
import { expectRefusal } from '../../../support/refusal.js';
import { idOf, sampleResult, sampleStudy, writeCell, writeSampleStudy } from './samples.js';

describe('summarise', () => {
  it('knows mean and deviation of numbers whose moments are known', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9].map((value) => ({ row: 'r', column: 'c', value }));
    const summary = summarise(values).get(placeOf('r', 'c'))!;
    expect(summary).toMatchObject({ count: 8, mean: 5 });
    expect(summary.deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it('moves with its values, and stretches with them', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: -9, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (all, shift, scale) => {
          const of = (change: (value: number) => number) =>
            summarise(all.map((value) => ({ row: '', column: '', value: change(value) }))).get(
              placeOf('', ''),
            )!;
          const [plain, moved] = [of((value) => value), of((value) => scale * value + shift)];
          expect(moved.mean).toBeCloseTo(scale * plain.mean + shift, 6);
          expect(moved.deviation!).toBeCloseTo(scale * plain.deviation!, 6);
        },
      ),
    );
  });

  it('leaves out what is not defined, and gives one value no deviation', () => {
    const found = summarise([
      { row: 'a', column: '', value: 1 },
      { row: 'a', column: '', value: null },
      { row: 'b', column: '', value: null },
    ]);
    expect([...found]).toEqual([[placeOf('a', ''), { count: 1, mean: 1, deviation: null }]]);
  });
});

describe('latexText', () => {
  it('leaves no sign that LaTeX would take for a command', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a\\{}$&#%_^~<>|\n'.split('')) }), (text) => {
        const bare = latexText(text).replace(/\\(?:text[a-z]+\{\}|[{}$&#%_])/g, '');
        expect(bare).toMatch(/^[a ]*$/);
      }),
    );
  });
});

describe('latexTable', () => {
  const metric = (
    values: readonly [string, string, number | null][],
    change: Partial<TableMetric> = {},
  ): TableMetric => ({
    title: 'own image AUROC',
    better: 'higher',
    isScore: true,
    observations: values.map(([row, column, value]) => ({ row, column, value })),
    ...change,
  });
  const layout = { rowAxis: 'method', rows: ['a_b', 'c'], columnAxis: null, columns: [''], notes: [] };

  it('prints mean, deviation and n, the best in bold, names escaped', () => {
    const text = latexTable(layout, [
      metric([
        ['a_b', '', 0.5],
        ['a_b', '', 0.6],
        ['c', '', 0.8],
        ['c', '', 0.8],
      ]),
    ]);
    expect(text).toContain('a\\_b & 0.550 $\\pm$ 0.071 \\\\');
    expect(text).toContain('c & \\textbf{0.800} $\\pm$ 0.000 \\\\');
    expect(text).toContain('$n = 2$');
    expect(text).toContain('\\toprule');
    expect(text.match(/\{/g)!.length).toBe(text.match(/\}/g)!.length);
  });

  it('starts no line with what the rule or line end before it would take for an option', () => {
    const rows = ['[]', '["client-2"]', '*', ' [', 'plain[1]'];
    const lines = latexTable({ ...layout, rowAxis: '[x]', rows }, [metric([])]).split('\n');
    const firstCells = lines
      .filter((text) => text.includes(' & '))
      .map((text) => text.split(' & ')[0].trim());
    expect(firstCells).toEqual(['{}[x]', '{}[]', '{}["client-2"]', '{}*', '{} [', 'plain[1]']);
  });

  it('has as many cells in every line as columns', () => {
    const two = [metric([['c', '6', 0.5]]), metric([['c', '12', 3]], { title: 'bytes', isScore: false })];
    const text = latexTable({ ...layout, columnAxis: 'clients', columns: ['6', '12'] }, two);
    expect(text).toContain('\\begin{tabular}{lrrrr}');
    expect(text).toContain(' & \\multicolumn{2}{c}{clients = 6} & \\multicolumn{2}{c}{clients = 12} \\\\');
    expect(text).toContain('\\cmidrule(lr){2-3} \\cmidrule(lr){4-5}');
    expect(text).toContain('c & 0.500 & -- & -- & 3 \\\\');
    expect(text).toContain('a\\_b & -- & -- & -- & -- \\\\');
  });

  it('takes the lowest for best where lower is better, and marks ties alike', () => {
    const costs = metric(
      [
        ['a_b', '', 10],
        ['c', '', 20],
      ],
      { better: 'lower', isScore: false, title: 'bytes' },
    );
    expect(latexTable(layout, [costs])).toContain('\\textbf{10}');
    const tie = metric([
      ['a_b', '', 0.50001],
      ['c', '', 0.5],
    ]);
    expect(latexTable(layout, [tie]).match(/\\textbf/g)).toHaveLength(2);
  });

  it('marks nothing where there is nothing to be better than', () => {
    expect(latexTable(layout, [metric([['c', '', 0.5]])])).not.toContain('\\textbf');
  });

  it('says how n differs, and how many runs have no figure', () => {
    const text = latexTable(layout, [
      metric([
        ['c', '', 0.5],
        ['c', '', 0.5],
        ['a_b', '', 0.5],
        ['a_b', '', null],
      ]),
    ]);
    expect(text).toContain('$n = 1$ to $2$');
    expect(text).toContain('1 run has no defined figure');
  });
});

describe('exportLatex', () => {
  const axes = { method: ['local', 'feddymem'], clients: [6, 12], rate: [0.1, 0.2] };
  const cells = axes.method.flatMap((method) =>
    axes.clients.flatMap((clients) =>
      axes.rate.flatMap((rate) => [1, 2].map((seed) => ({ axes: { method, clients, rate }, seed }))),
    ),
  );

  async function exported(wishes: LatexWishes, unfinished: readonly number[] = []): Promise<string> {
    const { folder, cell } = await writeSampleStudy(sampleStudy(axes, cells));
    for (const [at, { axes: place, seed }] of cells.entries()) {
      if (unfinished.includes(at)) continue;
      const auroc = (place.method === 'local' ? 0.5 : 0.7) + place.clients / 100 + seed / 100;
      await writeCell(cell(idOf(place, seed)), sampleResult(auroc, { seed, method: place.method }));
    }
    const study = await openStudy(folder);
    return exportLatex(await buildStore(folder), study, tablesOf(study)[0], wishes);
  }

  it('has rows and columns in the order of the study, and says what it pools', async () => {
    const text = await exported({ rows: 'method', columns: 'clients', metrics: ['own.imageAuroc'] });
    expect(text).toContain('method & clients = 6 & clients = 12 \\\\');
    expect(text).toContain('local & 0.575 $\\pm$ 0.006 & 0.635 $\\pm$ 0.006 \\\\');
    expect(text).toContain('feddymem & \\textbf{0.775} $\\pm$ 0.006 & \\textbf{0.835} $\\pm$ 0.006 \\\\');
    expect(text.indexOf('local &')).toBeLessThan(text.indexOf('feddymem &'));
    expect(text).toContain('$n = 4$');
    expect(text).toContain('Pooled over rate.');
  });

  it('takes a condition, several figures, and columns of runs for axes', async () => {
    const text = await exported({
      rows: 'seed',
      metrics: ['own_image_auroc', 'bytes.up'],
      where: "axis_rate = 0.1 AND axis_clients = 6 AND method = 'local' -- only these",
    });
    expect(text).toContain('seed & own image AUROC & bytes up \\\\');
    expect(text).toContain('1 & 0.570 & \\textbf{10} \\\\');
    expect(text).not.toContain('Pooled');
    expect(text).not.toContain('$\\pm$');
  });

  it('leaves unfinished runs out, and says how many', async () => {
    const text = await exported({ rows: 'method', metrics: ['own.imageAuroc'] }, [0, 1]);
    expect(text).toContain('2 of 16 runs, not finished');
    expect(text).toContain('$n = 6$ to $8$');
  });

  it('refuses axes, figures and conditions that it does not know', async () => {
    const metrics = ['own.imageAuroc'];
    await expectRefusal(
      () => exported({ rows: 'colour', metrics }),
      '--rows colour',
      'method, clients, rate',
    );
    await expectRefusal(() => exported({ columns: 'colour', metrics }), '--columns colour');
    await expectRefusal(
      () => exported({ metrics: ['own.colour'] }),
      '--metric own.colour',
      'own_image_auroc',
    );
    await expectRefusal(() => exported({ metrics, where: 'colour = 1' }), 'SQL', 'colour');
    await expectRefusal(() => exported({ metrics, where: 'false' }), 'no finished run');
  });
});
