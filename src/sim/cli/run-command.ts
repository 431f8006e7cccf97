import { Command, InvalidArgumentError, Option } from 'commander';
import { join } from 'node:path';
import { engineNames } from '../../model/engine/engine.js';
import { methods } from '../../model/methods/registry.js';
import { openJournal } from '../output/journal-file.js';
import { discardRunFolder, openRunFolder } from '../output/run-folder.js';
import { writeRun } from '../output/write-run.js';
import { runScenario } from '../run/run-scenario.js';
import type { RunResult } from '../result/run-result.js';
import { loadScenario, parseOverride, type Override } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import { cacheFolder } from './cache-folder.js';
import { formatBytes, formatScore, formatSeconds } from '../report/format.js';
import { clientTable, table } from './table.js';
import { progressDisplay } from './progress.js';

interface RunFlags {
  seed?: number;
  seeds?: number;
  workers?: number;
  rounds?: number;
  engine?: string;
  method?: string;
  out?: string;
  data?: string;
  set: Override[];
  force?: boolean;
  json?: boolean;
}

export function runCommand(): Command {
  const integer = (lowest: number) => (text: string) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < lowest) {
      throw new InvalidArgumentError(`It must be an integer of at least ${lowest}.`);
    }
    return value;
  };
  return new Command('run')
    .description('Run a scenario: features, federation, scores, report.')
    .argument('<scenario>', 'a YAML file, such as scenarios/demo.yaml')
    .option('--seed <n>', 'seed of everything that is drawn', integer(0))
    .option('--seeds <n>', 'run n seeds, from --seed upwards, and print mean ± deviation', integer(1))
    .option('--workers <n>', 'worker threads (default: one a core); figures do not depend on it', integer(1))
    .option('--rounds <n>', 'rounds of training; 0 shares memory without training', integer(0))
    .addOption(new Option('--engine <name>', 'what crunches the numbers').choices(engineNames))
    .addOption(new Option('--method <name>', 'the federated method').choices(Object.keys(methods)))
    .option('--out <folder>', 'where to write (default: the next free runs/<scenario>-<n>)')
    .option('--data <folder>', 'folder of images and weights (default: FEDDYMEM_DATA)')
    .option(
      '--set <path=value>',
      'change any field of the scenario; may be repeated',
      (text: string, all: Override[]) => [...all, parseOverride(text)],
      [],
    )
    .option('--force', 'replace the run that the folder holds')
    .option('--json', 'print result.json on standard output, progress on standard error')
    .addHelpText(
      'after',
      `
Examples:
  $ feddymem run scenarios/demo.yaml
  $ feddymem run scenarios/demo.yaml --method local --out runs/demo-local
  $ feddymem run scenarios/demo.yaml --set clients=12 --set method.memory.global=600
  $ feddymem run scenarios/tile-exposures.yaml --data ~/data --seeds 3
  $ feddymem run scenarios/tile-exposures.yaml --set holdOut='[exp6]' --json`,
    )
    .action(run);
}

async function run(path: string, flags: RunFlags): Promise<void> {
  const scenario = await loadScenario(path, overridesOf(flags));
  const seeds = Array.from({ length: flags.seeds ?? 1 }, (_, index) => scenario.seed + index);
  const interruption = interruptible();
  const results: RunResult[] = [];
  try {
    for (const seed of seeds) {
      const folder = seeds.length > 1 && flags.out ? join(flags.out, `seed-${seed}`) : flags.out;
      results.push(await runSeed({ ...scenario, seed }, { ...flags, out: folder }, interruption.signal));
    }
  } finally {
    interruption.stop();
  }
  if (flags.json)
    process.stdout.write(JSON.stringify(results.length === 1 ? results[0] : results, null, 2) + '\n');
  else if (results.length > 1) process.stdout.write(`\n${seedTable(results)}\n`);
}

async function runSeed(scenario: Scenario, flags: RunFlags, signal: AbortSignal): Promise<RunResult> {
  const folder = await openRunFolder(flags.out, scenario.name, flags.force ?? false);
  const text = flags.json ? process.stderr : process.stdout;
  const display = progressDisplay(text);
  text.write(`${scenario.name}: ${scenario.method.name}, seed ${scenario.seed}, engine ${scenario.engine}\n`);
  const journal = openJournal(folder);
  let finished;
  try {
    finished = await runScenario(scenario, {
      dataFolder: flags.data,
      cacheFolder: cacheFolder(),
      workers: flags.workers,
      signal,
      onProgress: display.show,
      onJournalLine: journal.write,
    });
    await journal.close();
  } catch (error) {
    await journal.discard();
    await discardRunFolder(folder);
    throw error;
  } finally {
    display.end();
  }
  const { result } = finished;
  const files = await writeRun(folder, finished, commandOf(folder, flags));
  const { up, down, once: before } = result.bytes;
  const { features, training, scoring, total } = result.wallSeconds;
  text.write(
    `\n${clientTable(result)}\n\n` +
      `bytes      up ${formatBytes(up)}, down ${formatBytes(down)}, once before the rounds ${formatBytes(before)}\n` +
      `wall time  ${formatSeconds(total)} (features ${formatSeconds(features)}, training ${formatSeconds(training)}, scoring ${formatSeconds(scoring)})\n` +
      `journal    ${result.journalDigest}\n` +
      `wrote      ${files.map((name) => join(folder, name)).join('\n           ')}\n`,
  );
  return result;
}

/** Flags are shorthands for fields of the scenario; --set comes last and wins. */
function overridesOf(flags: RunFlags): Override[] {
  const shorthand = (path: string[], value: unknown): Override[] =>
    value === undefined ? [] : [{ path, value }];
  return [
    ...shorthand(['seed'], flags.seed),
    ...shorthand(['engine'], flags.engine),
    ...shorthand(['method', 'name'], flags.method),
    ...shorthand(['method', 'rounds'], flags.rounds),
    ...flags.set,
  ];
}

/** The first Ctrl-C ends the run at the next event; the second one ends the process. */
function interruptible(): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const abort = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  return {
    signal: controller.signal,
    stop() {
      process.off('SIGINT', abort);
      process.off('SIGTERM', abort);
    },
  };
}

/** The run folder holds the resolved scenario: nothing else is needed to run it again. */
function commandOf(folder: string, { data }: RunFlags): string {
  return `feddymem run ${join(folder, 'scenario.yaml')}${data ? ` --data ${data}` : ''}`;
}

function seedTable(results: readonly RunResult[]): string {
  const spread = (pick: (result: RunResult) => number | null | undefined) => {
    const values = results.map(pick).filter((value) => typeof value === 'number');
    if (values.length === 0) return 'n/a';
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
    return `${formatScore(mean)} ± ${formatScore(deviation)} (n=${values.length})`;
  };
  const rows = (['own', 'global', 'unseen'] as const)
    .filter((view) => results.some((result) => result.mean[view]))
    .map((view) => [
      view,
      spread((result) => result.mean[view]?.imageAuroc),
      spread((result) => result.mean[view]?.worstImageAuroc),
      view === 'global'
        ? '–'
        : spread((result) => (result.mean[view] as { pixelAuroc?: number | null } | undefined)?.pixelAuroc),
      view === 'global'
        ? '–'
        : spread((result) => (result.mean[view] as { aupro?: number | null } | undefined)?.aupro),
    ]);
  return table([['view', 'image AUROC', 'worst client', 'pixel AUROC', 'AUPRO'], ...rows]);
}
