import { Command, Option } from 'commander';
import { badInput } from '../../base/errors.js';
import { readManifest } from '../output/manifest.js';
import { refuseChangedFiles } from '../output/module-hashes.js';
import { forkedSegments } from '../run/fork.js';
import { parseOverride, type Override } from '../scenario/load.js';
import { integer } from './arguments.js';
import { interruptible } from './interruption.js';
import { runIntoFolder, type OutputFlags } from './run-seed.js';

interface ForkFlags extends OutputFlags {
  readonly round?: number;
  readonly set: Override[];
}

export function forkCommand(): Command {
  return new Command('fork')
    .description('Run on from a round of a run with other settings; all before that round is shared.')
    .argument('<run>', 'folder of a run')
    .requiredOption('--round <k>', 'the first round with the new settings', integer(1))
    .option(
      '--set <path=value>',
      'change a field of the scenario from that round on; may be repeated',
      (text: string, all: Override[]) => [...all, parseOverride(text)],
      [],
    )
    .option('--out <folder>', 'where to write (default: the next free runs/<scenario>-<n>)')
    .option('--workers <n>', 'worker threads (default: one a core)', integer(1))
    .option('--data <folder>', 'folder of images and weights (default: FEDDYMEM_DATA)')
    .option('--check', 'check after every event what must hold')
    .option('--force', 'replace the run that the folder holds')
    .addOption(new Option('--resume', 'go on with a fork that was killed').conflicts('force'))
    .option('--json', 'print result.json on standard output, progress on standard error')
    .addHelpText(
      'after',
      `
Examples:
  $ feddymem fork runs/demo-1 --round 3 --set method.training.learningRate=0.0003
  $ feddymem fork runs/demo-1 --round 2 --set schedule.cohort=3 --set method.rounds=6`,
    )
    .action(fork);
}

async function fork(run: string, flags: ForkFlags): Promise<void> {
  if (flags.set.length === 0) {
    throw badInput('a fork without --set would be the same run', 'For example --set method.rounds=6.');
  }
  const manifest = await readManifest(run);
  refuseChangedFiles(manifest);
  const { segments } = manifest;
  const forked = forkedSegments(segments, flags.round!, flags.set);
  const interruption = interruptible();
  try {
    const result = await runIntoFolder(forked, flags, interruption.signal, run);
    if (flags.json) process.stdout.write(JSON.stringify(result, null, 2) + '\n');
  } finally {
    interruption.stop();
  }
}
