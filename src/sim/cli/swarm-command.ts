import { Command } from 'commander';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { badInput, FeddymemError, messageOf } from '../../base/errors.js';
import { stopwatch } from '../../base/stopwatch.js';
import { formatSeconds, plural } from '../report/format.js';
import { loadScenario, parseOverride, type Override } from '../scenario/load.js';
import { withEngine } from '../run/engine-choice.js';
import type { Scenario } from '../scenario/schema.js';
import { runSwarm } from '../swarm/swarm.js';
import type { SwarmFailure, SwarmOutcome } from '../swarm/swarm-worker.js';
import { integer } from './arguments.js';
import { cacheFolder } from './cache-folder.js';
import { interruptible } from './interruption.js';

interface SwarmFlags {
  readonly seeds: number;
  readonly from: number;
  readonly workers?: number;
  readonly out: string;
  readonly set: Override[];
  readonly json?: boolean;
}

export function swarmCommand(): Command {
  return new Command('swarm')
    .description('Try a plan of faults for every seed, with all checks on; shrink what fails.')
    .argument('<scenario>', 'a small one with data.source features, such as scenarios/swarm.yaml')
    .option('--seeds <n>', 'schedules to try', integer(1), 1000)
    .option('--from <seed>', 'the first seed', integer(0), 0)
    .option('--workers <n>', 'worker threads (default: one a core)', integer(1))
    .option('--out <folder>', 'where scenarios that fail are written, one a seed', 'swarm-failures')
    .option(
      '--set <path=value>',
      'change any field of the scenario; may be repeated',
      (text: string, all: Override[]) => [...all, parseOverride(text)],
      [],
    )
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      `
A schedule ends well when the run finishes, or when nobody answers a step that all later ones need. It fails when a
check does, when it gets stuck, or with any other error. Exits with 1 when a seed failed.

Examples:
  $ feddymem swarm scenarios/swarm.yaml --seeds 1000
  $ feddymem swarm scenarios/swarm.yaml --seeds 200 --set 'faults.draw.kinds=[crash, lose]'`,
    )
    .action(swarm);
}

async function swarm(path: string, flags: SwarmFlags): Promise<void> {
  const scenario = await withEngine(await loadScenario(path, flags.set));
  if (scenario.data.source !== 'features') {
    throw badInput(
      `a swarm runs thousands of schedules, and data.source ${scenario.data.source} is too slow for that`,
      'Use data.source features, as scenarios/swarm.yaml does.',
    );
  }
  const elapsed = stopwatch();
  const interruption = interruptible();
  let outcome;
  try {
    outcome = await runSwarm({
      scenario,
      cacheFolder: cacheFolder(),
      firstSeed: flags.from,
      seeds: flags.seeds,
      workers: flags.workers,
      signal: interruption.signal,
      onProgress: (done, failures) => {
        if (process.stderr.isTTY)
          process.stderr.write(`\r${done}/${flags.seeds} schedules, ${failures} failed`);
      },
    });
  } catch (error) {
    if (interruption.signal.aborted)
      throw new FeddymemError('interrupted', 'interrupted', undefined, { cause: error });
    throw error;
  } finally {
    interruption.stop();
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  }
  const files = await writeFailures(flags.out, scenario, outcome.failures);
  const seconds = elapsed() / 1000;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ seeds: flags.seeds, ...outcome, files, wallSeconds: seconds }, null, 2)}\n`
      : asText(flags.seeds, outcome, files, seconds),
  );
  if (outcome.failures.length > 0) process.exitCode = 1;
}

function asText(seeds: number, outcome: SwarmOutcome, files: readonly string[], seconds: number): string {
  const { finished, abandoned, events, failures } = outcome;
  const found = failures.map(
    ({ seed, reason, plan, drawn }, at) =>
      `seed ${seed}: ${reason}\n` +
      `${plural(plan.length, 'fault')} of ${drawn} are needed:\n${stringify({ faults: { plan } })}` +
      `run it: feddymem run ${files[at]} --check\n\n`,
  );
  return (
    found.join('') +
    `${plural(seeds, 'schedule')} in ${formatSeconds(seconds)}, ${Math.round((60 * seeds) / seconds)} a minute: ` +
    `${finished} finished, ${abandoned} abandoned, ${failures.length} failed; ${events} events\n`
  );
}

/** A scenario for each failure that does it again: ready to be kept as a test. */
async function writeFailures(
  folder: string,
  scenario: Scenario,
  failures: readonly SwarmFailure[],
): Promise<string[]> {
  const files: string[] = [];
  try {
    if (failures.length > 0) await mkdir(folder, { recursive: true });
    for (const { seed, plan } of failures) {
      const { draw: _, ...faults } = scenario.faults;
      const file = join(folder, `${scenario.name}-seed-${seed}.yaml`);
      await writeFile(file, stringify({ ...scenario, faults: { ...faults, plan } }));
      files.push(file);
    }
  } catch (error) {
    throw badInput(`--out ${folder} can't be written: ${messageOf(error)}`, 'Choose another folder.', error);
  }
  return files;
}
