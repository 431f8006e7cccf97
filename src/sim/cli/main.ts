#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { FeddymemError, messageOf } from '../../base/errors.js';
import { packageVersions } from '../run/versions.js';
import { runCommand } from './run-command.js';
import { scoreCommand } from './score-command.js';

/** Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted. */
async function main(): Promise<number> {
  const program = new Command('feddymem')
    .description('Simulates federated image anomaly detection with shared memory banks.')
    .version(packageVersions().feddymem)
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  $ feddymem run scenarios/demo.yaml                 the embedded demo, nothing to download
  $ feddymem run scenarios/tile-exposures.yaml       six exposures of one product (needs FEDDYMEM_DATA)
  $ feddymem score runs/demo-1 photo.png             score new images with a run's memory
  $ feddymem help run                                all options of a command`,
    );
  program.addCommand(runCommand());
  program.addCommand(scoreCommand());
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync();
    return 0;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof FeddymemError)) {
    process.stderr.write(`error: ${messageOf(error)}\n${(error as Error).stack ?? ''}\n`);
    return 1;
  }
  if (error.code === 'interrupted') {
    process.stderr.write('interrupted: nothing but the feature cache was kept\n');
    return 130;
  }
  process.stderr.write(`error: ${error.message}\n`);
  if (error.hint) process.stderr.write(`fix:   ${error.hint}\n`);
  if (process.env.FEDDYMEM_DEBUG)
    process.stderr.write(`${error.stack ?? ''}\n${String(error.cause ?? '')}\n`);
  return error.code === 'bad-input' ? 2 : 1;
}

process.exitCode = await main();
