import { Command } from 'commander';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readCachedPayload } from '../compare/cached-payload.js';
import { explainDivergence, type ExplainedDivergence } from '../compare/explain.js';
import { firstDivergence } from '../compare/first-divergence.js';
import { readJournal, type CheckedJournal } from '../compare/read-journal.js';
import { divergenceJson, renderDivergence, renderFields } from '../compare/render.js';
import { settingsDifference, type SettingsDifference } from '../compare/settings-difference.js';
import { plural } from '../report/format.js';
import { cacheFolder } from './cache-folder.js';

export function diffCommand(): Command {
  return new Command('diff')
    .description('Compare two runs: the first event in which they part, down to the numbers sent.')
    .argument('<runA>', "a run's folder, or its journal.jsonl")
    .argument('<runB>', 'another one')
    .option('--json', 'print the comparison as JSON')
    .addHelpText(
      'after',
      `
Exits with 0 where the journals agree, with 1 where they differ or one is damaged.

Examples:
  $ feddymem diff runs/demo-1 runs/demo-2
  $ feddymem diff runs/demo-1/journal.jsonl other/journal.jsonl --json`,
    )
    .action(diff);
}

interface Comparison {
  readonly a: CheckedJournal;
  readonly b: CheckedJournal;
  readonly settings: SettingsDifference;
  readonly divergence: ExplainedDivergence | null;
}

async function diff(runA: string, runB: string, flags: { json?: boolean }): Promise<void> {
  const [pathA, pathB] = [await journalPath(runA), await journalPath(runB)];
  const [a, b] = [await readJournal(pathA), await readJournal(pathB)];
  const settings = await settingsDifference(scenarioPath(pathA), scenarioPath(pathB));
  const divergence = firstDivergence(textsOf(a), textsOf(b));
  const cache = cacheFolder();
  const explained =
    divergence && (await explainDivergence(divergence, (hash) => readCachedPayload(cache, hash)));
  const comparison = { a, b, settings, divergence: explained };
  process.stdout.write(flags.json ? asJson(comparison) : asText(runA, runB, comparison));
  // A difference is a finding, not a failure: it says so by the exit code alone, as diff(1) does.
  if (!isEqual(comparison)) process.exitCode = 1;
}

/** Damaged journals are never equal: nobody knows what the rest said. */
const isEqual = ({ a, b, divergence }: Comparison) => !divergence && !a.damaged && !b.damaged;

function asText(runA: string, runB: string, comparison: Comparison): string {
  const { a, b, settings, divergence } = comparison;
  const damage = (name: string, { damaged }: CheckedJournal) =>
    damaged ? [`${name} is damaged from line ${damaged.line} on: ${damaged.reason}`] : [];
  const events = plural(a.lines.length, 'event');
  const finding = divergence
    ? renderDivergence(divergence)
    : isEqual(comparison)
      ? `equal: ${events}, digest ${a.digest}`
      : `the intact parts agree: ${events}`;
  const parts = [
    `A  ${runA}\nB  ${runB}`,
    ...settingsText(settings),
    [...damage('A', a), ...damage('B', b)].join('\n'),
    finding,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function settingsText(settings: SettingsDifference): string[] {
  if ('unknown' in settings) return [`settings not compared: ${settings.unknown}`];
  return settings.differing.length > 0 ? [renderFields(settings.differing, 'setting')] : [];
}

function asJson(comparison: Comparison): string {
  const { a, b, settings, divergence } = comparison;
  const side = ({ lines, digest, damaged }: CheckedJournal) => ({ events: lines.length, digest, damaged });
  const report = {
    equal: isEqual(comparison),
    a: side(a),
    b: side(b),
    settings,
    divergence: divergence && divergenceJson(divergence),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

async function journalPath(run: string): Promise<string> {
  const isFolder = await stat(run).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? join(run, 'journal.jsonl') : run;
}

const scenarioPath = (journal: string) => join(dirname(journal), 'scenario.yaml');

const textsOf = ({ lines }: CheckedJournal) => lines.map(({ text }) => text);
