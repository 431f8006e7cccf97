import { Command } from 'commander';
import { join } from 'node:path';
import { stopwatch } from '../../base/stopwatch.js';
import { ablationStudy } from '../ablation/ablation-study.js';
import { summariseAblation, writeAblation } from '../ablation/ablation-result.js';
import { planAblation } from '../ablation/plan.js';
import { renderAblation, renderPlan } from '../ablation/render-ablation.js';
import { withEngine } from '../run/engine-choice.js';
import { loadScenario, parseOverride, type Override } from '../scenario/load.js';
import { planStudy } from '../study/plan-study.js';
import type { StudyOptions } from '../study/run-study.js';
import { storeStudy } from '../study/store-study.js';
import type { Study } from '../study/study-file.js';
import { integer } from './arguments.js';
import { cacheFolder } from './cache-folder.js';
import { commandLine } from './command-line.js';
import { runShown } from './run-shown.js';
import { closingText, planText } from './study-text.js';
import { print } from './table.js';

interface AblateFlags {
  readonly axes?: readonly string[];
  readonly seeds: number;
  readonly seed?: number;
  readonly rounds?: number;
  readonly workers?: number;
  readonly out?: string;
  readonly data?: string;
  readonly set: Override[];
  readonly list?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function ablateCommand(): Command {
  return new Command('ablate')
    .description('Leave out or replace one component of the method at a time, and compare with the full one.')
    .argument('<scenario>', 'a YAML file, such as scenarios/demo.yaml')
    .option('--axes <names>', 'only these components, such as loss,calibration', (text) => text.split(','))
    .option('--seeds <n>', 'seeds of every variant, from --seed upwards', integer(1), 5)
    .option('--seed <n>', "the first seed (default: the scenario's)", integer(0))
    .option('--rounds <n>', 'rounds of training; 0 shares memory without training', integer(0))
    .option('--workers <n>', 'worker threads (default: one a core); figures do not depend on it', integer(1))
    .option('--out <folder>', 'where to write, or to go on (default: studies/<scenario>-ablation)')
    .option('--data <folder>', 'folder of images and weights (default: FEDDYMEM_DATA)')
    .option(
      '--set <path=value>',
      'change any field of the scenario; may be repeated',
      (text: string, all: Override[]) => [...all, parseOverride(text)],
      [],
    )
    .option('--list', 'name the components and their variants, and run nothing')
    .option('--dry-run', 'say what would be run')
    .option('--force', 'replace the study that the folder holds')
    .option('--json', 'print the comparison as JSON, progress on standard error')
    .addHelpText(
      'after',
      `
The same command goes on with an ablation that was stopped, and tries again what failed.

Examples:
  $ feddymem ablate scenarios/demo.yaml --list
  $ feddymem ablate scenarios/demo.yaml --axes generator,loss,calibration --seeds 3
  $ feddymem ablate scenarios/mixed-six.yaml --set evaluate.rounds=[]`,
    )
    .action(ablate);
}

async function ablate(path: string, flags: AblateFlags): Promise<void> {
  const shorthands: Override[] = [
    ...(flags.seed === undefined ? [] : [{ path: ['seed'], value: flags.seed }]),
    ...(flags.rounds === undefined ? [] : [{ path: ['method', 'rounds'], value: flags.rounds }]),
  ];
  const scenario = await withEngine(await loadScenario(path, [...shorthands, ...flags.set]));
  const plan = planAblation(scenario, flags.axes);
  const left = flags.axes?.filter((name) => !plan.some((axis) => axis.name === name)) ?? [];
  for (const name of left)
    process.stderr.write(`note: this scenario has nothing of ${name} to leave out or replace\n`);
  if (flags.list) return print(flags.json ? JSON.stringify(plan, null, 2) : renderPlan(plan));
  const study = ablationStudy(scenario, path, plan, flags.seeds, commandLine());
  const options: StudyOptions = {
    folder: flags.out ?? join('studies', study.name),
    cacheFolder: cacheFolder(),
    dataFolder: flags.data,
    workers: flags.workers,
    force: flags.force,
  };
  if (flags.dryRun) await showPlan(study, options, flags.json ?? false);
  else await runAndCompare(study, options, flags.json ?? false);
}

async function showPlan(study: Study, options: StudyOptions, json: boolean): Promise<void> {
  const plan = await planStudy(study, options);
  const { folder } = options;
  print(
    json
      ? JSON.stringify({ study: study.name, folder, ...plan }, null, 2)
      : planText(folder, plan, ({ id, changes }) => [id, ...changes].join('  ')),
  );
}

async function runAndCompare(study: Study, options: StudyOptions, json: boolean): Promise<void> {
  const text = json ? process.stderr : process.stdout;
  const elapsed = stopwatch();
  const outcome = await runShown(study, options, text);
  const { folder } = options;
  const result = await summariseAblation(folder, study);
  const written = await writeAblation(folder, result);
  const stored = await storeStudy(folder);
  text.write(`\n${renderAblation(result)}\n\n`);
  text.write(closingText(outcome, written, elapsed() / 1000, stored));
  if (json) print(JSON.stringify(result, null, 2));
  if (outcome.cells.some(({ state }) => state === 'failed')) process.exitCode = 1;
}
