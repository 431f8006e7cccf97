#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { FeddymemError, messageOf } from '../../base/errors.js';
import { feddymemVersion } from '../run/feddymem-version.js';
import { commandsFor } from './commands.js';
import { outliveOutput } from './output-streams.js';

/** Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted. */
async function main(): Promise<number> {
  const program = new Command('feddymem')
    .description('Simulates federated image anomaly detection with shared memory banks.')
    .version(feddymemVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  $ feddymem run scenarios/demo.yaml                 the embedded demo, nothing to download
  $ feddymem run scenarios/tile-exposures.yaml       six exposures of one product (needs FEDDYMEM_DATA)
  $ feddymem sweep scenarios/sweep-clients.yaml       many settings and seeds, side by side
  $ feddymem ablate scenarios/demo.yaml --seeds 3    what each component of the method is worth
  $ feddymem score runs/demo-1 photo.png             score new images with a run's memory
  $ feddymem report runs/demo-1                      write a run or a study up, plots as SVG and PNG
  $ feddymem verify runs/demo-1                      compute a run again and compare every event
  $ feddymem diff runs/demo-1 runs/demo-2            the first event in which two runs part
  $ feddymem fork runs/demo-1 --round 3 --set method.training.learningRate=0.0003
  $ feddymem swarm scenarios/swarm.yaml --seeds 1000 faults by the thousand, with all checks on
  $ feddymem query runs/demo-1 "from clients"        the figures of a run or a study in SQL
  $ feddymem data check scenarios/mixed-*.yaml       which federations of public sets can run with what is here
  $ feddymem help run                                all options of a command`,
    );
  for (const command of await commandsFor(process.argv.slice(2))) program.addCommand(command);
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
    process.stderr.write(
      'interrupted: what was computed is in the cache, and the same command takes it from there\n',
    );
    return 130;
  }
  process.stderr.write(`error: ${error.message}\n`);
  if (error.hint) process.stderr.write(`fix:   ${error.hint}\n`);
  if (process.env.FEDDYMEM_DEBUG)
    process.stderr.write(`${error.stack ?? ''}\n${String(error.cause ?? '')}\n`);
  return error.code === 'bad-input' ? 2 : 1;
}

for (const [name, stream] of [
  ['standard output', process.stdout],
  ['standard error', process.stderr],
] as const) {
  outliveOutput(stream, (error) => {
    process.stderr.write(`error: ${name} can't be written: ${error.message}\n`);
    process.exitCode ||= 1;
  });
}
// A command that found something says so by the code it has set.
process.exitCode = (await main()) || process.exitCode;
