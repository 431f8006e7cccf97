import { Command } from 'commander';
import { join } from 'node:path';
import { badInput } from '../../base/errors.js';
import { checkScenario, type ScenarioCheck } from '../data/check.js';
import { loadClients } from '../data/clients.js';
import { partitionChart } from '../data/partition/partition-chart.js';
import { partitionTable } from '../data/partition/statistics.js';
import { datasetFolder } from '../data/readers/dataset-folder.js';
import type { DatasetFacts, DatasetReader } from '../data/readers/reader.js';
import { datasetReaders, readerNamed } from '../data/readers/registry.js';
import { formatCount, plural } from '../report/format.js';
import { renderPlot } from '../report/render-plot.js';
import { loadScenario, parseOverride, type Override } from '../scenario/load.js';
import { writeNamed } from '../store/write-named.js';
import { isSweepFile, readSweep } from '../study/sweep-file.js';
import { leaksCommand } from './leaks-command.js';
import { partitionLines } from './partition-lines.js';
import { print, table } from './table.js';

interface DataFlags {
  readonly data?: string;
  readonly json?: boolean;
  readonly images?: boolean;
  readonly out?: string;
  readonly seed?: number;
  readonly set: Override[];
}

export function dataCommand(): Command {
  const command = new Command('data')
    .description('Data sets: which there are, which are here, who would hold what, what leaks.')
    .addHelpText(
      'after',
      `
Examples:
  $ feddymem data list                               public sets that are known, and which are in the data folder
  $ feddymem data info visa                          where to get one, and where to put it
  $ feddymem data check scenarios/mixed-*.yaml       which scenarios can run with what is here
  $ feddymem data partition scenarios/objects.yaml   who holds what, as a table and a picture
  $ feddymem data leaks scenarios/objects.yaml       training images that are test images too`,
    );
  command
    .command('list')
    .description('List the public data sets that are known, and which are in the data folder.')
    .option('--data <folder>', 'the data folder (default: FEDDYMEM_DATA)')
    .option('--json', 'print as JSON')
    .action(list);
  command
    .command('info')
    .description('Tell where a data set is offered, under which licence, and where it belongs.')
    .argument('<set>', 'a name from feddymem data list')
    .option('--data <folder>', 'the data folder (default: FEDDYMEM_DATA)')
    .option('--json', 'print as JSON')
    .action(info);
  command
    .command('check')
    .description('Tell which scenarios can run with the images and weights that are here.')
    .argument('<scenarios...>', 'YAML files; of a sweep, its base scenario')
    .option('--images', 'open every image and mask too')
    .option('--data <folder>', 'the data folder (default: FEDDYMEM_DATA)')
    .option('--json', 'print as JSON')
    .action(check);
  command
    .command('partition')
    .description("Show who holds what: images by client and source, and the partition's skew.")
    .argument('<scenario>', 'a YAML file')
    .option('--data <folder>', 'the data folder (default: FEDDYMEM_DATA)')
    .option(
      '--set <path=value>',
      'change any field of the scenario; may be repeated',
      (text: string, all: Override[]) => [...all, parseOverride(text)],
      [],
    )
    .option(
      '--out <file>',
      'draw it into an SVG file, in place of one that is there (default: <scenario>-partition.svg)',
    )
    .option('--json', 'print as JSON, and draw nothing unless --out is given')
    .action(partition);
  command.addCommand(leaksCommand());
  for (const sub of command.commands) sub.exitOverride();
  return command;
}

type PublishedReader = DatasetReader & { readonly facts: DatasetFacts };

function published(): PublishedReader[] {
  return datasetReaders.filter((reader): reader is PublishedReader => reader.facts !== null);
}

/** Where it belongs, and whether it is there. */
async function whereIs(
  reader: PublishedReader,
  { data = process.env.FEDDYMEM_DATA }: Pick<DataFlags, 'data'>,
) {
  if (data === undefined) return { path: reader.facts.folder, present: null };
  const path = join(data, reader.facts.folder);
  return { path, present: await reader.recognises(datasetFolder(path)) };
}

async function list(flags: DataFlags): Promise<void> {
  const rows = await Promise.all(
    published().map(async (reader) => ({
      name: reader.name,
      title: reader.facts.title,
      categories: reader.facts.categories.length,
      licence: reader.facts.licence,
      ...(await whereIs(reader, flags)),
    })),
  );
  if (flags.json) return print(JSON.stringify(rows, null, 2));
  const here = (present: boolean | null) => (present === null ? '?' : present ? 'yes' : 'no');
  print(
    table(
      [
        ['name', 'here', 'categories', 'folder'],
        ...rows.map(({ name, present, categories, path }) => [name, here(present), String(categories), path]),
      ],
      ['left', 'left', 'right', 'left'],
    ),
  );
  if (rows.some(({ present }) => present === null)) {
    print('\nWhich are here is known when --data or FEDDYMEM_DATA names the data folder.');
  }
}

async function info(name: string, flags: DataFlags): Promise<void> {
  const reader = readerNamed(name);
  if (reader.facts === null) {
    throw badInput(`${name} is a layout that any images may have, no published set`, reader.layout);
  }
  const { facts, layout } = reader;
  const where = await whereIs({ ...reader, facts }, flags);
  if (flags.json) return print(JSON.stringify({ name, ...facts, layout, ...where }, null, 2));
  const state = where.present === null ? '' : where.present ? ' (there)' : ' (not there)';
  print(
    `${facts.title}\n\n` +
      `page        ${facts.page}\n` +
      `licence     ${facts.licence}\n` +
      `size        ${facts.size}\n` +
      `cite        ${facts.citation}\n` +
      `categories  ${facts.categories.join(', ')}\n` +
      `folder      ${where.path}${state}\n\n` +
      `${layout}`,
  );
}

async function check(paths: string[], flags: DataFlags): Promise<void> {
  const checks: ScenarioCheck[] = [];
  for (const path of paths) {
    // What a sweep runs on is its base scenario.
    const base = (await isSweepFile(path)) ? (await readSweep(path)).scenario : path;
    const scenario = await loadScenario(base);
    checks.push(await checkScenario(scenario, flags.data ?? process.env.FEDDYMEM_DATA, flags.images));
  }
  if (checks.some(({ runs }) => !runs)) process.exitCode = 1;
  if (flags.json) return print(JSON.stringify(checks, null, 2));
  print(
    table([
      ['scenario', 'runs', 'clients', 'train', 'test'],
      ...checks.map(({ scenario, runs, clients, trainImages, testImages }) => [
        scenario,
        runs ? 'yes' : 'no',
        ...(clients > 0 ? [clients, trainImages, testImages].map(formatCount) : ['–', '–', '–']),
      ]),
    ]),
  );
  for (const { scenario, problem, hint, brokenImages = [] } of checks) {
    if (problem !== undefined) print(`\n${scenario}: ${problem}${hint ? `\n${hint}` : ''}`);
    if (brokenImages.length > 0) print(`\n${scenario}: ${plural(brokenImages.length, 'broken image')}`);
    for (const { reason } of brokenImages) print(`  ${reason}`);
  }
}

async function partition(path: string, flags: DataFlags): Promise<void> {
  const scenario = await loadScenario(path, flags.set);
  const clients = await loadClients(scenario, flags.data ?? process.env.FEDDYMEM_DATA);
  const described = partitionTable(clients);
  const file = flags.out ?? (flags.json ? undefined : `${scenario.name}-partition.svg`);
  if (file !== undefined)
    await writeNamed(file, await renderPlot(partitionChart(clients)), 'Choose another file with --out.');
  if (flags.json) return print(JSON.stringify(described, null, 2));
  print(`${partitionLines(described)}\n\nwrote ${file}`);
}
