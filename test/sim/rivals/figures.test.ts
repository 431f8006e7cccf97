import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellsToRun, measuredCells, rivalCellState } from '../../../src/sim/rivals/cell-state.js';
import { tuningCells } from '../../../src/sim/rivals/cells.js';
import { tuningOf } from '../../../src/sim/rivals/choose.js';
import {
  figuresText,
  noFigures,
  parseFigures,
  readFigures,
  withFigure,
  withTwin,
  writeFigures,
} from '../../../src/sim/rivals/figures.js';
import { runTiny, temporaryFolder } from '../../support/tiny.js';
import { code, failedOf, federations, figuresWith, measuredOf, plan } from './samples.js';

const cells = tuningCells(plan, federations);

describe('figures of finished cells', () => {
  it('are a run’s own, at the cell’s address', async () => {
    const { result } = await runTiny({ evaluate: { rounds: ['own'], pixels: false } });
    const figures = withFigure(noFigures, cells[0], code, { result });
    const [figure] = measuredCells(cells, figures);
    expect(figure.own!.auroc).toBeCloseTo(result.mean.own!.imageAuroc!, 6);
    expect(figure.global!.worst).toBeCloseTo(result.mean.global!.worstImageAuroc!, 6);
    expect(figure).not.toHaveProperty('unseen');
    expect(figure.bytesTotal).toBe(result.bytes.once + result.bytes.up + result.bytes.down);
    expect(figure).toMatchObject({ rounds: 2, clients: 3, row: 'feddymem', trial: 0, code });
    expect(figures.versions[figure.versions]).toEqual(result.versions);
  });

  it('are the same after they were written and read, whatever the order they came in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(cells), fc.double({ min: 0, max: 1, noNaN: true }), (some, auroc) => {
        const made = some.map((cell, at) =>
          at % 3 === 0 ? failedOf(cell, 'no "luck"\n') : measuredOf(cell, auroc),
        );
        const text = figuresText(figuresWith(made));
        expect(figuresText(parseFigures(text, 'figures.json'))).toBe(text);
        expect(figuresText(figuresWith(made.toReversed()))).toBe(text);
        const lines = text.split('\n').filter((line) => line.includes('"row"'));
        expect(lines).toHaveLength(some.length);
      }),
    );
  });

  it('come from a file, which need not be there', async () => {
    const path = join(temporaryFolder(), 'figures.json');
    expect(await readFigures(path)).toEqual(noFigures);
    const figures = figuresWith([measuredOf(cells[0], 0.5)]);
    await writeFigures(path, figures);
    expect(await readFigures(path)).toEqual(figures);
    expect(() => parseFigures('{', 'x.json')).toThrow(/x\.json is not valid JSON/);
    expect(() => parseFigures('{"format":"other"}', 'x.json')).toThrow(/holds no figures/);
  });

  it('say what is done, stale, failed and missing', () => {
    const [done, stale, failed, changed, missing] = cells;
    const figures = figuresWith([
      measuredOf(done, 0.5),
      measuredOf(stale, 0.5, { code: 'other' }),
      failedOf(failed, 'diverged'),
      measuredOf({ ...changed, settings: 'before' }, 0.5),
    ]);
    const states = [done, stale, failed, changed, missing].map((cell) => rivalCellState(cell, figures, code));
    expect(states).toEqual(['done', 'stale', 'failed', 'missing', 'missing']);
    const some = [done, stale, failed, changed, missing];
    expect(cellsToRun(some, figures, code, false)).toEqual([stale, failed, changed, missing]);
    expect(cellsToRun(some, figures, code, true)).toEqual([failed, changed, missing]);
    expect(measuredCells(some, figures).map(({ code: by }) => by)).toEqual([code, 'other']);
  });

  it('serve another row that runs with the same settings, by the same code alone', () => {
    const [cell] = cells;
    const twin = { ...cell, row: 'twin', trial: null };
    const copied = withTwin(figuresWith([measuredOf(cell, 0.7)]), twin, code)!;
    expect(measuredCells([twin], copied)[0]).toMatchObject({ row: 'twin', trial: null, own: { auroc: 0.7 } });
    expect(withTwin(figuresWith([measuredOf(cell, 0.7, { code: 'other' })]), twin, code)).toBeNull();
    expect(withTwin(figuresWith([failedOf(cell, 'x')]), twin, code)).toBeNull();
  });
});

describe('tuning', () => {
  const mine = cells.filter(({ row }) => row === 'fedavg-cfa');
  const tuned = (figures: readonly (number | string | null)[]) =>
    tuningOf(
      'fedavg-cfa',
      mine,
      figuresWith(
        mine.flatMap((cell, at) => {
          const figure = figures[at];
          if (figure === null) return [];
          return [typeof figure === 'string' ? failedOf(cell, figure) : measuredOf(cell, figure)];
        }),
      ),
    );

  it('takes the trial with the highest mean over federations', () => {
    expect(mine.map(({ federation, trial }) => `${federation} ${trial}`)).toEqual([
      'one 0',
      'one 1',
      'two 0',
      'two 1',
    ]);
    const { figures, chosen } = tuned([0.9, 0.7, 0.6, 0.9]);
    expect(chosen).toBe(1);
    expect(figures[0]).toBeCloseTo(0.75, 12);
    expect(figures[1]).toBeCloseTo(0.8, 12);
  });

  it('waits for every trial; one that failed counts as tried and is not taken', () => {
    expect(tuned([0.9, 0.7, 0.6, null])).toMatchObject({ chosen: null, complete: false });
    expect(tuned([0.9, 0.7, 0.6, 'diverged'])).toMatchObject({ chosen: 0, figures: [0.75, null] });
    expect(tuned(['a', 'b', 'c', 'd'])).toMatchObject({ chosen: null, complete: true });
  });
});
