import { Command, Option } from 'commander';
import { access } from 'node:fs/promises';
import { badInput } from '../../base/errors.js';
import { writeNamed } from '../store/write-named.js';
import { buildStore } from '../study/store/build-store.js';
import { exportFiles, fileFormats, type FileFormat } from '../study/store/export-files.js';
import { exportLatex } from '../study/store/export-latex.js';
import { openStudy } from '../study/store/study-source.js';
import { sourcesName, tablesOf } from '../study/store/tables.js';
import { print } from './table.js';

interface ExportFlags {
  readonly to: FileFormat | 'latex';
  readonly out?: string;
  readonly force?: boolean;
  readonly rows?: string;
  readonly columns?: string;
  readonly metric?: readonly string[];
  readonly where?: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description("Hand a study's figures to other tools, or to a paper.")
    .argument('<study>', 'the folder of a study, or of a single run')
    .addOption(
      new Option('--to <format>', 'parquet and csv: a file a table; latex: one table')
        .choices([...Object.keys(fileFormats), 'latex'])
        .makeOptionMandatory(),
    )
    .option('--out <path>', 'a folder for files; for latex a file (default: standard output)')
    .option('--force', 'replace what is there')
    .option('--rows <axis>', "latex: what makes a row (default: the study's first axis)")
    .option('--columns <axis>', 'latex: what makes a column')
    .option(
      '--metric <name>',
      'latex: a figure, as in result.json; may be repeated (default: own.imageAuroc)',
      (name: string, all: readonly string[] = []) => [...all, name],
    )
    .option('--where <condition>', 'latex: only runs that meet it, in SQL')
    .addHelpText(
      'after',
      `
Examples:
  $ feddymem export studies/rounds --to parquet --out rounds-tables
  $ feddymem export studies/rounds --to latex --rows method --columns clients --metric own.imageAuroc
  $ feddymem export studies/rounds --to latex --rows method --metric global.imageAuroc --metric bytes.up \\
      --where "axis_clients = 6" --out methods.tex`,
    )
    .action(exportStudy);
}

async function exportStudy(folder: string, flags: ExportFlags): Promise<void> {
  if (flags.to === 'latex') return exportTable(folder, flags);
  const unused = (['rows', 'columns', 'metric', 'where'] as const).find((name) => flags[name] !== undefined);
  if (unused)
    throw badInput(`--${unused} is for --to latex`, 'Leave it out; feddymem query --csv chooses rows.');
  if (flags.out === undefined) throw badInput(`--to ${flags.to} needs --out`, 'Name a folder for the files.');
  const store = await buildStore(folder);
  const tables = tablesOf(await openStudy(folder)).map(({ name }) => name);
  const wanted = tables.filter((name) => name !== sourcesName);
  const files = await exportFiles(store, wanted, flags.to, flags.out, flags.force ?? false);
  for (const file of files) print(file);
}

async function exportTable(folder: string, flags: ExportFlags): Promise<void> {
  const { out, metric = ['own.imageAuroc'], force } = flags;
  if (out !== undefined && !force) await refuseExisting(out);
  const store = await buildStore(folder);
  const study = await openStudy(folder);
  const [runs] = tablesOf(study);
  const text = await exportLatex(store, study, runs, { ...flags, metrics: metric });
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  await writeNamed(out, text, 'Choose another file.');
  print(out);
}

async function refuseExisting(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere)
    throw badInput(`--out ${path} is there already`, 'Choose another file, or replace it with --force.');
}
