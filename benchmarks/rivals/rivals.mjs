// Every method on every development federation: tunes, runs, and writes docs/results.md.
// Usage: npm run build && FEDDYMEM_DATA=… node benchmarks/rivals/rivals.mjs --help
import { writeFile } from 'node:fs/promises';
import { FeddymemError, badInput } from '../../dist/base/errors.js';
import { methods } from '../../dist/model/methods/registry.js';
import { cacheFolder } from '../../dist/sim/cli/cache-folder.js';
import { interruptible } from '../../dist/sim/cli/interruption.js';
import { cellsToRun } from '../../dist/sim/rivals/cell-state.js';
import { testCells, tuningCells } from '../../dist/sim/rivals/cells.js';
import { tuningOf } from '../../dist/sim/rivals/choose.js';
import { codeHash } from '../../dist/sim/rivals/code-hash.js';
import { readFigures, writeFigures } from '../../dist/sim/rivals/figures.js';
import { givesHeldOut } from '../../dist/sim/rivals/held-out.js';
import { resultsPage } from '../../dist/sim/rivals/page.js';
import { trialsEach } from '../../dist/sim/rivals/rows.js';
import { dryRun } from './dry-run.mjs';
import { federations, readFederations, tuning } from './federations.mjs';
import { readFlags, usage } from './flags.mjs';
import { common, rows } from './methods.mjs';
import { showProgress } from './progress.mjs';
import { runCells } from './run-cells.mjs';

const command = 'npm run build && FEDDYMEM_DATA=~/data node benchmarks/rivals/rivals.mjs';

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) console.log(usage);
  else await main(flags);
} catch (error) {
  if (!(error instanceof FeddymemError)) throw error;
  console.error(`${error.message}${error.hint ? `\n${error.hint}` : ''}`);
  process.exitCode = error.code === 'interrupted' ? 130 : error.code === 'bad-input' ? 2 : 1;
}

async function main(flags) {
  trialsEach(rows, Object.keys(methods));
  const plan = { common, rows, federations, tuning, seeds: flags.seeds };
  const read = await readFederations();
  const code = codeHash();
  let figures = await readFigures(flags.figures);
  let written = Promise.resolve();
  let unwritten;
  const kept = {
    figures: () => figures,
    keep(fresh) {
      figures = fresh;
      written = written
        .then(() => writeFigures(flags.figures, fresh))
        .catch((error) => {
          unwritten ??= error;
        });
    },
  };
  const wanted = selection(flags.only);
  const tuningPlan = tuningCells(plan, read);
  /** All trials of all tuned rows, as they stand now. */
  const tuned = () =>
    rows
      .filter(({ trials }) => trials !== undefined)
      .map(({ name }) =>
        tuningOf(
          name,
          tuningPlan.filter(({ row }) => row === name),
          figures,
        ),
      );
  const testPlan = () => {
    const chosen = new Map(tuned().map((each) => [each.row, each.chosen]));
    const heldOut = ({ method }) => givesHeldOut(method);
    return testCells(plan, read, ({ name }) => chosen.get(name), heldOut);
  };
  const expected =
    federations.length *
    flags.seeds.length *
    (rows.length + rows.filter(({ method }) => givesHeldOut(method)).length);
  const forTuning = () => cellsToRun(tuningPlan.filter(wanted.tune), figures, code, flags.keepStale);
  const forTest = () => cellsToRun(testPlan().filter(wanted.test), figures, code, flags.keepStale);
  if (flags.dryRun) {
    dryRun({
      tuning: tuningPlan.filter(wanted.tune),
      test: testPlan().filter(wanted.test),
      figures,
      code,
      tuned: tuned().filter(({ row }) => wanted.row(row)),
    });
    return;
  }

  const interruption = interruptible();
  const end = performance.now() + flags.minutes * 60_000;
  const mayStart = () => unwritten === undefined && performance.now() < end;
  const run = async (phase, todo) => {
    const progress = showProgress(phase, todo.length);
    for (const cells of batches(todo)) {
      if (!mayStart()) break;
      const options = {
        ...{ mayStart, code, out: flags.out, workers: flags.workers, signal: interruption.signal },
        ...{ federation: read.get(cells[0].federation), cacheFolder: cacheFolder() },
      };
      await runCells(cells, options, kept, progress);
    }
    if (performance.now() >= end) console.log(`the time is over: ${phase} goes on with the next call`);
  };
  try {
    if (flags.phases.includes('tune')) await run('tune', forTuning());
    if (flags.phases.includes('test')) {
      for (const { row, chosen, complete } of tuned())
        if (chosen === null && wanted.row(row))
          console.log(`${row}: not tested, for its trials ${complete ? 'all failed' : 'are not all run'}`);
      await run('test', forTest());
    }
  } finally {
    interruption.stop();
    await written;
    if (flags.phases.includes('write')) {
      const page = resultsPage({
        ...{ plan, figures, tuning: tuned(), expected, code, command },
        cells: testPlan(),
      });
      await writeFile(flags.page, await formatted(page));
      console.log(`${flags.page} is written`);
    }
  }
  if (unwritten !== undefined) throw unwritten;
}

/** Cells one after another that are of the same federation and pass. */
function batches(cells) {
  const all = [];
  for (const cell of cells) {
    const last = all.at(-1);
    if (last?.[0].pass === cell.pass && last[0].federation === cell.federation) last.push(cell);
    else all.push([cell]);
  }
  return all;
}

/** What --only leaves. A row that takes another's settings needs the other's trials. */
function selection({ federations: some, methods: names }) {
  const unknown = [
    ...(some ?? []).filter((name) => !federations.includes(name)),
    ...(names ?? []).filter((name) => !rows.some((row) => row.name === name || row.method === name)),
  ];
  if (unknown.length > 0)
    throw badInput(
      `--only: ${unknown.join(', ')} is unknown`,
      `Federations: ${federations.join(', ')}. Rows: ${rows.map(({ name }) => name).join('; ')}.`,
    );
  const rowIs = (name) => {
    const { method } = rows.find((row) => row.name === name);
    return names === undefined || names.includes(name) || names.includes(method);
  };
  const needed = (name) => rowIs(name) || rows.some((row) => row.like === name && rowIs(row.name));
  return {
    row: rowIs,
    tune: ({ row }) => needed(row),
    test: ({ row, federation }) => rowIs(row) && (some === undefined || some.includes(federation)),
  };
}

/** As `npm run format` would leave it. */
async function formatted(markdown) {
  const { format } = await import('prettier');
  return format(markdown, { parser: 'markdown', printWidth: 110 });
}
