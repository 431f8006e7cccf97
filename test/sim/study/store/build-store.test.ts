import fc from 'fast-check';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildStore } from '../../../../src/sim/study/store/build-store.js';
import { storeFile } from '../../../../src/sim/study/study-file.js';
import { tablesOf } from '../../../../src/sim/study/store/tables.js';
import { writeStudy } from '../../../../src/sim/study/study-file.js';
import { expectRefusal } from '../../../support/refusal.js';
import { temporaryFolder } from '../../../support/tiny.js';
import { objectsOf, rowsOf, sampleResult, sampleStudy, writeCell, writeSampleStudy } from './samples.js';

const cellsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ axes: { size: at }, seed: 1 }));
const idAt = (at: number) => `size=${at}_seed=1`;

/** Every row of every table, in the order in which they are stored, but for fingerprints. */
async function contents(store: string): Promise<unknown[]> {
  const names = tablesOf({ axes: [] }).map(({ name }) => name);
  return Promise.all(
    names.map((name) =>
      rowsOf(
        store,
        name === 'sources' ? 'SELECT run FROM sources ORDER BY rowid' : `FROM ${name} ORDER BY rowid`,
      ),
    ),
  );
}

describe('buildStore', () => {
  it('has a row for every cell, in the order of the study, whatever became of it', async () => {
    const { folder, cell } = await writeSampleStudy(sampleStudy({ size: [0, 1, 2, 3] }, cellsOf(4)));
    await writeCell(cell(idAt(2)), sampleResult(0.75));
    await writeCell(cell(idAt(1)), sampleResult(0.5));
    await rm(join(cell(idAt(1)), 'result.json'));
    await writeFile(
      join(cell(idAt(1)), 'error.json'),
      JSON.stringify({ code: 'run-failed', message: "it's stuck", hint: 'wait' }),
    );
    await writeCell(cell(idAt(0)), sampleResult(0.5));
    await writeFile(join(cell(idAt(0)), 'result.json'), '{"scenario": ');
    const store = await buildStore(folder);
    expect(store).toBe(join(folder, storeFile));
    const rows = await objectsOf(
      store,
      'SELECT run, axis_size, seed, state, error_code, error, error_hint, own_image_auroc, bytes_total FROM runs',
    );
    expect(rows).toMatchObject([
      { run: idAt(0), axis_size: 0, state: 'unreadable', error: expect.stringMatching('result.json') },
      { axis_size: 1, state: 'failed', error_code: 'run-failed', error: "it's stuck", error_hint: 'wait' },
      { axis_size: 2, state: 'finished', error: null, own_image_auroc: 0.75, bytes_total: 33 },
      { axis_size: 3, state: 'missing', seed: 1, error: null, own_image_auroc: null, bytes_total: null },
    ]);
    expect(await rowsOf(store, 'SELECT DISTINCT run FROM images')).toEqual([[idAt(2)]]);
  });

  it('stores an undefined metric as NULL, with its reason', async () => {
    const { folder, cell } = await writeSampleStudy(sampleStudy({ size: [0] }, cellsOf(1)));
    await writeCell(cell(idAt(0)), sampleResult(null));
    const store = await buildStore(folder);
    expect(
      await rowsOf(store, 'SELECT view, image_auroc, image_f1_max_threshold, reasons FROM clients'),
    ).toEqual([
      ['own', null, 1.5, { imageAuroc: 'no defective sample' }],
      ['global', 0.75, null, null],
    ]);
  });

  it('types axes by their values, and keeps names apart that SQL would not', async () => {
    const axes = { 'a.b': [1, 2], A_b: [0.5, 1], mixed: [1, 'x', null], flag: [true, false] };
    const values = [
      { 'a.b': 1, A_b: 0.5, mixed: 1, flag: true },
      { 'a.b': 2, A_b: 1, mixed: null, flag: false },
    ];
    const cells = values.map((each) => ({ axes: each, seed: 1 }));
    const study = sampleStudy(axes, cells);
    study.cells.forEach((cell, at) => (cell.id = `cell-${at}`));
    const { folder } = await writeSampleStudy(study);
    const store = await buildStore(folder);
    expect(
      await rowsOf(
        store,
        "SELECT column_name, column_type FROM (DESCRIBE runs) WHERE column_name ILIKE 'axis%'",
      ),
    ).toEqual([
      ['axis_a_b', 'BIGINT'],
      ['axis_A_b_2', 'DOUBLE'],
      ['axis_mixed', 'VARCHAR'],
      ['axis_flag', 'BOOLEAN'],
    ]);
    expect(await rowsOf(store, 'SELECT axis_a_b, axis_A_b_2, axis_mixed, axis_flag FROM runs')).toEqual([
      [1, 0.5, '1', true],
      [2, 1, null, false],
    ]);
  });

  it('leaves a store alone that is up to date', async () => {
    const { folder, cell } = await writeSampleStudy(sampleStudy({ size: [0, 1] }, cellsOf(2)));
    await writeCell(cell(idAt(0)), sampleResult(0.5));
    const store = await buildStore(folder);
    const before = await stat(store, { bigint: true });
    await buildStore(folder);
    expect((await stat(store, { bigint: true })).ino).toBe(before.ino);
    await writeCell(cell(idAt(1)), sampleResult(0.25));
    await buildStore(folder);
    expect(await rowsOf(store, 'SELECT own_image_auroc FROM runs')).toEqual([[0.5], [0.25]]);
  });

  it('reads no cell again that has not changed', async () => {
    const { folder, cell } = await writeSampleStudy(sampleStudy({ size: [0, 1] }, cellsOf(2)));
    await writeCell(cell(idAt(0)), sampleResult(0.5), [0.125, 2]);
    await writeCell(cell(idAt(1)), sampleResult(0.5));
    const store = await buildStore(folder);
    // As long and as old as before: to be told from the old file only by reading it.
    const path = join(cell(idAt(0)), 'scores.csv');
    const { atime, mtime } = await stat(path);
    await utimes(path, atime, mtime);
    await buildStore(folder);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('0.125', '0.625'));
    await utimes(path, atime, mtime);
    await writeCell(cell(idAt(1)), sampleResult(0.5), [7, 8, 9]);
    await buildStore(folder);
    expect(await rowsOf(store, 'SELECT score FROM images')).toEqual([[0.125], [2], [7], [8], [9]]);
  });

  it('ends with the same rows in the same order as if made anew, whatever changed in between', async () => {
    const edit = fc.record({ cell: fc.nat(4), auroc: fc.constantFrom(0.25, 0.5, null), scores: fc.nat(3) });
    const edits = fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        edits,
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 }),
        async (steps, order) => {
          const written = await writeSampleStudy(sampleStudy({ size: [0, 1, 2, 3, 4] }, cellsOf(5)));
          const { folder, cell, study, remove } = written;
          for (const step of steps) {
            for (const { cell: at, auroc, scores } of step)
              await writeCell(cell(idAt(at)), sampleResult(auroc), Array(scores).fill(at));
            await buildStore(folder);
          }
          // The study itself changes too: cells go, and others change places.
          await writeStudy(folder, { ...study, cells: order.map((at) => study.cells[at]) });
          const grown = await contents(await buildStore(folder));
          await rm(join(folder, storeFile));
          expect(grown).toEqual(await contents(await buildStore(folder)));
          expect((await readdir(folder)).sort()).toEqual(['cells', storeFile, 'study.json']);
          await remove();
        },
      ),
      { numRuns: 5 },
    );
  });

  it('keeps the store as it was when a cell stops the new one, and leaves nothing behind', async () => {
    const { folder, cell } = await writeSampleStudy(sampleStudy({ size: [0] }, cellsOf(1)));
    await writeCell(cell(idAt(0)), sampleResult(0.5), [1, 2]);
    const store = await buildStore(folder);
    const before = await readFile(store);
    await writeFile(
      join(cell(idAt(0)), 'scores.csv'),
      'client,image,view,label,score\nclient-1,image,own,0,\n',
    );
    await expectRefusal(() => buildStore(folder), 'scores.csv', 'Run the cell again');
    expect((await readFile(store)).equals(before)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['cells', storeFile, 'study.json']);
  });

  it('makes a damaged store anew', async () => {
    const { folder, cell } = await writeSampleStudy(sampleStudy({ size: [0] }, cellsOf(1)));
    await writeCell(cell(idAt(0)), sampleResult(0.5));
    await writeFile(join(folder, storeFile), 'no database');
    const store = await buildStore(folder);
    expect(await rowsOf(store, 'SELECT own_image_auroc FROM runs')).toEqual([[0.5]]);
  });

  it('refuses a folder that holds neither a study nor a run', async () => {
    await expectRefusal(() => buildStore(temporaryFolder()), 'neither a study', 'Give the folder');
  });
});
