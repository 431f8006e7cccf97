import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildStore } from '../../../../src/sim/study/store/build-store.js';
import { queryStore, type Answer } from '../../../../src/sim/study/store/query-store.js';
import {
  answerAsCsv,
  answerAsJson,
  rowsShown,
  shownRows,
} from '../../../../src/sim/study/store/render-answer.js';
import { expectRefusal } from '../../../support/refusal.js';
import { objectsOf, rowsOf, sampleResult, sampleStudy, writeCell, writeSampleStudy } from './samples.js';

let store: string;
let folder: string;
beforeAll(async () => {
  const written = await writeSampleStudy(sampleStudy({ size: [0] }, [{ axes: { size: 0 }, seed: 1 }]));
  await writeCell(written.cell('size=0_seed=1'), sampleResult(0.75));
  folder = written.folder;
  store = await buildStore(folder);
});

async function joined(pieces: AsyncGenerator<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** An answer that nobody had to ask. */
const answerOf = (
  rows: Answer extends { batches: AsyncIterable<infer R> } ? R : never,
  names = ['a', 'b'],
): Answer => ({
  columns: names.map((name) => ({ name, isNumber: false })),
  batches: (async function* () {
    yield await Promise.resolve(rows);
  })(),
});

describe('queryStore', () => {
  it('gives numbers where they are exact, and text where they would not be', async () => {
    const sql = `SELECT 9007199254740991 AS safe, 9007199254740993 AS wide, sum(2::BIGINT) AS huge, 0.25 AS short,
      12345678901234567.25::DECIMAL(20, 2) AS long, [1::BIGINT, 2] AS list, {'n': 3::BIGINT} AS struct,
      '{"a": [1]}'::JSON AS json, DATE '2024-02-29' AS day, NULL AS nothing, true AS flag`;
    expect(await objectsOf(store, sql)).toEqual([
      {
        safe: 9007199254740991,
        wide: '9007199254740993',
        huge: 2,
        short: 0.25,
        long: '12345678901234567.25',
        list: [1, 2],
        struct: { n: 3 },
        json: { a: [1] },
        day: '2024-02-29',
        nothing: null,
        flag: true,
      },
    ]);
  });

  it('tells columns of one name apart', async () => {
    const [row] = await objectsOf(store, 'SELECT 1 AS n, 2 AS n');
    expect(Object.values(row)).toEqual([1, 2]);
  });

  it('answers with the last of several statements, and pivots', async () => {
    expect(await rowsOf(store, 'select 1; select 2')).toEqual([[2]]);
    const pivoted = await objectsOf(store, 'PIVOT clients ON view USING avg(image_auroc) GROUP BY client');
    expect(pivoted).toEqual([{ client: 'client-1', own: 0.75, global: 0.75 }]);
  });

  it('streams more rows than a batch holds, in order', async () => {
    const rows = await rowsOf(store, 'SELECT range FROM range(5000)');
    expect(rows.map(([value]) => value)).toEqual(Array.from({ length: 5000 }, (_, at) => at));
  });

  it('says what is wrong with a statement, and what there is to ask', async () => {
    const ask = (sql: string) => () => rowsOf(store, sql);
    await expectRefusal(ask('selec'), 'syntax error', 'clients, images, messages, rounds, runs');
    await expectRefusal(ask('select nothing from runs'), 'nothing', 'describe runs');
    for (const nothing of ['', ' ', '-- all of it', ';'])
      await expectRefusal(ask(nothing), 'no statement', 'runs');
    // Found out while rows are read.
    await expectRefusal(ask("select (run || 'x')::integer from runs"), 'Conversion');
  });

  it('changes nothing, and reaches no other file and no network', async () => {
    const other = join(folder, 'other.csv');
    await writeFile(other, 'a\n1\n');
    const before = await readFile(store);
    for (const sql of [
      'delete from runs',
      'drop table runs',
      'create table more as select 1',
      `copy runs to '${join(folder, 'out.csv')}'`,
      `from read_csv('${other}')`,
      `attach '${join(folder, 'other.duckdb')}'`,
      'install httpfs',
      'load httpfs',
      "from 'https://example.org/a.csv'",
      'set enable_external_access = true',
    ])
      await expectRefusal(() => rowsOf(store, sql), 'SQL: ');
    expect((await readFile(store)).equals(before)).toBe(true);
  });
});

describe('an answer', () => {
  it('is shown to the limit, and says so only when there is more', async () => {
    const shown = (count: number) =>
      queryStore(store, `SELECT range AS n FROM range(${count})`, (answer) => shownRows(answer));
    for (const count of [0, rowsShown - 1, rowsShown, rowsShown + 1, 5000]) {
      const { rows, isCut } = await shown(count);
      expect(rows).toHaveLength(1 + Math.min(count, rowsShown));
      expect(isCut).toBe(count > rowsShown);
    }
  });

  it('is shown in short: six digits, one line, sixty characters', async () => {
    const { rows } = await shownRows(
      answerOf([
        [1 / 3, 'a\nb'],
        [12345678, 'x'.repeat(100)],
        [null, { n: 1 }],
      ]),
    );
    expect(rows.slice(1)).toEqual([
      ['0.333333', 'a b'],
      ['12345678', `${'x'.repeat(59)}…`],
      ['', '{"n":1}'],
    ]);
  });

  it('is valid JSON and CSV, whatever is in it', async () => {
    const value = fc.oneof(fc.string(), fc.constant('"a",\r\n'), fc.integer(), fc.constant(null));
    const rows = fc.array(fc.tuple(value, value));
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const json = await joined(answerAsJson(answerOf(given)));
        expect(JSON.parse(json)).toEqual(given.map(([a, b]) => ({ a, b })));
        const csv = await joined(answerAsCsv(answerOf(given)));
        expect(parse(csv, { record_delimiter: '\n' })).toEqual([
          ['a', 'b'],
          ...given.map((row) => row.map((each) => (each === null ? '' : String(each)))),
        ]);
      }),
    );
  });
});
