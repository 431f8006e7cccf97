import { Command, Option } from 'commander';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { plural } from '../report/format.js';
import { codeOf } from '../store/write-whole.js';
import { buildStore } from '../study/store/build-store.js';
import { queryStore, type Answer } from '../study/store/query-store.js';
import { answerAsCsv, answerAsJson, rowsShown, shownRows } from '../study/store/render-answer.js';
import { print, table } from './table.js';

interface QueryFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function queryCommand(): Command {
  return new Command('query')
    .description("Ask a study's figures in SQL.")
    .argument('<study>', 'the folder of a study, or of a single run')
    .argument('<sql>', 'what to ask, in the SQL of DuckDB')
    .addOption(new Option('--json', 'print all rows as a list of JSON objects').conflicts('csv'))
    .option('--csv', 'print all rows as CSV')
    .addHelpText(
      'after',
      `
Tables: runs, rounds, clients, images, messages; what is in them: docs/results-store.md. They are kept in
study.duckdb, which is brought up to date first. Nothing can be changed, and no other file is in reach.

Examples:
  $ feddymem query studies/rounds "select method, seed, own_image_auroc from runs order by 3 desc"
  $ feddymem query studies/rounds "describe runs"
  $ feddymem query studies/rounds --csv "from rounds" > rounds.csv
  $ feddymem query runs/demo-1 "select client, sum(bytes) from messages group by client"`,
    )
    .action(query);
}

async function query(study: string, sql: string, flags: QueryFlags): Promise<void> {
  const store = await buildStore(study);
  await queryStore(store, sql, async (answer) => {
    if (flags.json) await write(answerAsJson(answer));
    else if (flags.csv) await write(answerAsCsv(answer));
    else await show(answer);
  });
}

async function show(answer: Answer): Promise<void> {
  const { rows, isCut } = await shownRows(answer);
  const sides = answer.columns.map(({ isNumber }) => (isNumber ? 'right' : 'left'));
  print(table(rows, sides));
  print(
    isCut
      ? `the first ${rowsShown} rows; --csv and --json print all of them`
      : plural(rows.length - 1, 'row'),
  );
}

/** Piece by piece, as fast as they are taken; whoever stops reading, such as head(1), has what it wants. */
async function write(pieces: AsyncGenerator<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  } catch (error) {
    if (codeOf(error) !== 'EPIPE') throw error;
  }
}
