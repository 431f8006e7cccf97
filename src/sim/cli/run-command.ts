import { Command, Option } from 'commander';
import { join } from 'node:path';
import { engineNames } from '../../model/engine/engine.js';
import { methods } from '../../model/methods/registry.js';
import { withEngine } from '../run/engine-choice.js';
import type { RunResult } from '../result/run-result.js';
import { loadScenario, parseOverride, type Override } from '../scenario/load.js';
import { checkCellCount } from '../study/cell-count.js';
import { integer } from './arguments.js';
import { interruptible } from './interruption.js';
import { runIntoFolder, type OutputFlags } from './run-seed.js';
import { seedTable } from './seed-table.js';

interface RunFlags extends OutputFlags {
  readonly seed?: number;
  readonly seeds?: number;
  readonly rounds?: number;
  readonly engine?: string;
  readonly method?: string;
  readonly set: Override[];
}

export function runCommand(): Command {
  return new Command('run')
    .description('Run a scenario: features, federation, scores, report.')
    .argument('<scenario>', 'a YAML file, such as scenarios/demo.yaml')
    .option('--seed <n>', 'seed of everything that is drawn', integer(0))
    .option('--seeds <n>', 'run n seeds, from --seed upwards, and print mean ± deviation', integer(1))
    .option('--workers <n>', 'worker threads (default: one a core); figures do not depend on it', integer(1))
    .option('--rounds <n>', 'rounds of training; 0 shares memory without training', integer(0))
    .addOption(new Option('--engine <name>', 'what crunches the numbers').choices([...engineNames, 'auto']))
    .option('--method <name>', `the federated method: ${Object.keys(methods).join(', ')}; or a module's path`)
    .option('--out <folder>', 'where to write (default: the next free runs/<scenario>-<n>)')
    .option('--data <folder>', 'folder of images and weights (default: FEDDYMEM_DATA)')
    .option(
      '--set <path=value>',
      'change any field of the scenario; may be repeated',
      (text: string, all: Override[]) => [...all, parseOverride(text)],
      [],
    )
    .option('--force', 'replace the run that the folder holds')
    .addOption(
      new Option('--resume', 'go on with a run that was killed; a finished one is left as it is').conflicts(
        'force',
      ),
    )
    .option('--recompute', 'take no results of earlier runs from the cache')
    .option('--check', 'check after every event what must hold, whatever goes wrong')
    .option('--profile', 'write trace.json for Perfetto, and tell where the time went')
    .option('--deny-leaks', 'end when a training image is a test image too')
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
  // Chosen here, so that the run folder says what was run.
  const scenario = await withEngine(await loadScenario(path, overridesOf(flags)));
  const count = flags.seeds ?? 1;
  checkCellCount(count, '--seeds asks for', 'runs');
  const seeds = Array.from({ length: count }, (_, index) => scenario.seed + index);
  const interruption = interruptible();
  const results: RunResult[] = [];
  try {
    for (const seed of seeds) {
      const folder = seeds.length > 1 && flags.out ? join(flags.out, `seed-${seed}`) : flags.out;
      const segments = [{ fromRound: 0, scenario: { ...scenario, seed } }];
      results.push(await runIntoFolder(segments, { ...flags, out: folder }, interruption.signal));
    }
  } finally {
    interruption.stop();
  }
  if (flags.json)
    process.stdout.write(JSON.stringify(results.length === 1 ? results[0] : results, null, 2) + '\n');
  else if (results.length > 1) process.stdout.write(`\n${seedTable(results)}\n`);
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
