import { Command } from 'commander';
import { chooseEngine, probeEngines, type EngineReport } from '../../model/engine/available.js';
import { packageVersions } from '../run/versions.js';
import { cacheFolder } from './cache-folder.js';
import { table } from './table.js';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Show which engines run here, on which device, and how to get the others.')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
Every engine is tried on a tiny product of matrices, in a process of its own.

Examples:
  $ feddymem doctor
  $ feddymem run scenarios/demo.yaml --engine auto     what doctor says it would choose`,
    )
    .action(doctor);
}

async function doctor({ json }: { json?: boolean }): Promise<void> {
  const [engines, chosen] = [await probeEngines(), await chooseEngine()];
  const versions = packageVersions();
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ versions, cache: cacheFolder(), engines, auto: chosen }, null, 2)}\n`,
    );
    return;
  }
  const rows = engines.map((report) => [
    report.engine,
    report.provider ?? '',
    report.runs ? 'runs' : report.installed ? 'does not run' : 'not installed',
    report.device ?? '',
    report.version ?? '',
  ]);
  const { feddymem, node, cpu, system, instructions = '' } = versions;
  process.stdout.write(
    `feddymem ${feddymem}, Node ${node}, ${system}, ${cpu} ${instructions}\ncache    ${cacheFolder()}\n\n` +
      `${table([['engine', 'provider', '', 'device', 'version'], ...rows])}\n\n` +
      `--engine auto takes ${chosen.engine}.\n${advice(engines)}`,
  );
}

/** What is wrong with the engines that don't run, and how to get them. */
function advice(engines: readonly EngineReport[]): string {
  const missing = engines.filter(({ runs }) => !runs);
  const lines = missing.map(
    ({ engine, provider, problem, howToGet }) =>
      `${engine}${provider ? ` (${provider})` : ''}: ${problem ?? 'not installed'}\n  ${howToGet}\n`,
  );
  return lines.length === 0 ? '' : `\n${lines.join('')}`;
}
