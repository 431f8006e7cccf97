import { Command } from 'commander';
import { join } from 'node:path';
import { plural } from '../report/format.js';
import { badInput } from '../../base/errors.js';
import { stopwatch } from '../../base/stopwatch.js';
import { parseOverride, type Override } from '../scenario/load.js';
import { gridDimension, parseAxis, zipDimension } from '../study/axes.js';
import { defineSweep, type Sweep } from '../study/define-sweep.js';
import { mergeStudies } from '../study/merge-study.js';
import { planStudy } from '../study/plan-study.js';
import type { StudyOptions, StudyOutcome } from '../study/run-study.js';
import { parseShard } from '../study/shard.js';
import { storeStudy } from '../study/store-study.js';
import type { Study } from '../study/study-file.js';
import { summarise, summaryTable } from '../study/summary.js';
import { isSweepFile, readSweep } from '../study/sweep-file.js';
import { integer } from './arguments.js';
import { cacheFolder } from './cache-folder.js';
import { commandLine } from './command-line.js';
import { runShown } from './run-shown.js';
import { closingText, planText, wroteLine } from './study-text.js';
import { print, table } from './table.js';

interface SweepFlags {
  readonly grid: string[];
  readonly zip: string[];
  readonly seeds?: number;
  readonly rounds?: number;
  readonly set: Override[];
  readonly out?: string;
  readonly data?: string;
  readonly workers?: number;
  readonly cells?: number;
  readonly shard?: string;
  readonly full?: boolean;
  readonly force?: boolean;
  readonly recompute?: boolean;
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const gathered = (text: string, all: string[]) => [...all, text];

export function sweepCommand(): Command {
  const command = new Command('sweep')
    .description('Run a scenario with many settings and seeds; what is done stays done.')
    .argument('<file>', 'a sweep, such as scenarios/sweep-clients.yaml, or a scenario')
    .option(
      '--grid <field=values>',
      'values of a field, with all others’: clients=2,4,8; may be repeated',
      gathered,
      [],
    )
    .option(
      '--zip <field=values>',
      'values that go with those of the other --zip, first with first',
      gathered,
      [],
    )
    .option('--seeds <n>', "seeds a cell, from the scenario's upwards", integer(1))
    .option('--rounds <n>', 'rounds of training in all cells', integer(0))
    .option(
      '--set <path=value>',
      'change a field of the scenario in all cells; may be repeated',
      (text: string, all: Override[]) => [...all, parseOverride(text)],
      [],
    )
    .option('--out <folder>', 'the folder of the study (default: studies/<name>)')
    .option('--data <folder>', 'folder of images and weights (default: FEDDYMEM_DATA)')
    .option('--workers <n>', 'worker threads of all cells together (default: one a core)', integer(1))
    .option('--cells <n>', 'cells in flight at once (default: one more than workers)', integer(1))
    .option('--shard <i/n>', 'run the i-th of n parts; feddymem sweep merge joins them')
    .option('--full', 'write memory, heat maps and a report of every cell too')
    .option('--force', 'replace the study that the folder holds')
    .option('--recompute', 'take no results of earlier runs from the cache')
    .option('--check', 'check after every event what must hold, whatever goes wrong')
    .option('--dry-run', 'say what would be run, and run nothing')
    .option('--json', 'print the figures as JSON on standard output, progress on standard error')
    .addHelpText(
      'after',
      `
The same command goes on with a sweep that was stopped, and tries again what failed. Exits with 1 when a cell failed.

Examples:
  $ feddymem sweep scenarios/sweep-clients.yaml
  $ feddymem sweep scenarios/demo.yaml --grid clients=2,4,8 --grid method=feddymem,local --seeds 5
  $ feddymem sweep scenarios/demo.yaml --zip method.memory.upload=50,100 --zip method.memory.global=150,300
  $ feddymem sweep scenarios/demo.yaml --grid rounds=0,1,2,4 --shard 1/2 --out part-1
  $ feddymem sweep merge studies/demo part-1 part-2`,
    )
    .action(sweep);
  command
    .command('merge')
    .description('Join the parts of a study that --shard has split.')
    .argument('<folder>', 'where the whole study goes')
    .argument('<parts...>', 'folders of its parts')
    .option('--json', 'print as JSON')
    .action(merge);
  for (const sub of command.commands) sub.exitOverride();
  return command;
}

async function sweep(path: string, flags: SweepFlags): Promise<void> {
  const study = await defineSweep(await sweepOf(path, flags));
  const folder = flags.out ?? join('studies', study.name);
  const options: StudyOptions = {
    folder,
    cacheFolder: cacheFolder(),
    dataFolder: flags.data,
    workers: flags.workers,
    cellsAtOnce: flags.cells,
    ...(flags.shard !== undefined && { shard: parseShard(flags.shard) }),
    force: flags.force,
    results: flags.recompute ? 'recompute' : 'reuse',
    check: flags.check,
    files: flags.full ? 'all' : 'figures',
  };
  if (flags.dryRun) {
    const plan = await planStudy(study, options);
    print(
      flags.json ? JSON.stringify({ study: study.name, folder, ...plan }, null, 2) : planText(folder, plan),
    );
    return;
  }
  await runAndTell(study, options, flags.json ?? false);
}

/** What has no effect on cells that were finished before, and was asked for. */
function withoutEffect({ results, check, files }: StudyOptions, { cells }: StudyOutcome): string {
  const before = cells.filter((cell) => cell.state === 'finished' && cell.before).length;
  const given = [
    ...(results === 'recompute' ? ['--recompute'] : []),
    ...(check ? ['--check'] : []),
    ...(files === 'all' ? ['--full'] : []),
  ];
  if (before === 0 || given.length === 0) return '';
  return `note   ${plural(before, 'cell')} finished before stay as they are: ${given.join(', ')} with --force changes them\n`;
}

async function sweepOf(path: string, flags: SweepFlags): Promise<Sweep> {
  const rounds = flags.rounds === undefined ? [] : [{ path: ['method', 'rounds'], value: flags.rounds }];
  const zipped = flags.zip.map((text) => parseAxis(text, '--zip'));
  const more = [
    ...flags.grid
      .map((text) => parseAxis(text, '--grid'))
      .map(({ axis, values }) => gridDimension(axis, values)),
    ...(zipped.length > 0 ? [zipDimension(zipped.map(({ axis, values }) => [axis, values]))] : []),
  ];
  const given: Sweep = (await isSweepFile(path))
    ? await readSweep(path)
    : { scenario: path, set: [], dimensions: [] };
  return {
    ...given,
    set: [...given.set, ...rounds, ...flags.set],
    dimensions: [...given.dimensions, ...more],
    seeds: flags.seeds ?? given.seeds,
    command: commandLine(),
  };
}

async function runAndTell(study: Study, options: StudyOptions, json: boolean): Promise<void> {
  const text = json ? process.stderr : process.stdout;
  const elapsed = stopwatch();
  const outcome = await runShown(study, options, text);
  const stored = await storeStudy(options.folder);
  const rows = summarise(outcome.cells);
  text.write(`\n${table(summaryTable(study, rows))}\n\n`);
  text.write(closingText(outcome, options.folder, elapsed() / 1000, stored));
  text.write(withoutEffect(options, outcome));
  const failed = outcome.cells.filter(({ state }) => state === 'failed');
  if (json) {
    const cells = outcome.cells.map((each) => ({
      ...each.cell,
      state: each.state,
      ...(each.state === 'finished' && { mean: each.result.mean, bytes: each.result.bytes }),
      ...(each.state === 'failed' && { error: each.error }),
    }));
    print(JSON.stringify({ study: study.name, folder: options.folder, summary: rows, cells }, null, 2));
  }
  if (failed.length > 0) process.exitCode = 1;
}

async function merge(
  folder: string,
  parts: string[],
  _: { json?: boolean },
  command: Command,
): Promise<void> {
  refuseOptionsOfSweep(command);
  const { json } = command.optsWithGlobals<{ json?: boolean }>();
  const { study, ...counts } = await mergeStudies(folder, parts);
  const stored = await storeStudy(folder);
  const { copied, finished, failed, missing } = counts;
  if (json) print(JSON.stringify({ study: study.name, folder, ...counts }, null, 2));
  else
    print(
      `${folder}: ${plural(copied, 'cell')} copied; ${finished} finished, ${failed} failed, ${missing} missing`,
    );
  if (!('path' in stored)) (json ? process.stderr : process.stdout).write(wroteLine(folder, stored));
}

/** `sweep` takes its options for its own wherever they stand, also after `merge`: only --json means something there. */
function refuseOptionsOfSweep(command: Command): void {
  const { parent } = command;
  const given = parent?.options.find((option) => {
    const name = option.attributeName();
    return name !== 'json' && parent.getOptionValueSource(name) === 'cli';
  });
  if (given) throw badInput(`sweep merge has no option ${given.long}`, 'Leave it out.');
}
