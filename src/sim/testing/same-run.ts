import { FeddymemError } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';
import { table } from '../cli/table.js';
import { explainDivergence, type ReadPayload } from '../compare/explain.js';
import { firstDivergence } from '../compare/first-divergence.js';
import { renderDivergence } from '../compare/render.js';
import { plural } from '../report/format.js';
import { figuresOf } from './figures.js';
import type { TestRun } from './run.js';

/** Whether two runs are the same run: equal journals, and equal figures, which the journal does not hold. */
export async function compareRuns(a: TestRun, b: TestRun): Promise<{ pass: boolean; message: string }> {
  const figures = differingFigures(a, b);
  const equalJournals = a.result.journalDigest === b.result.journalDigest;
  const pass = equalJournals && figures.length === 0;
  if (pass)
    return {
      pass,
      message: `both runs have ${plural(a.journal.length, 'event')}, digest ${a.result.journalDigest}, and equal figures`,
    };
  const divergence = firstDivergence(a.journal, b.journal);
  const explained = divergence && (await explainDivergence(divergence, readEither(a, b)));
  const parts = [
    'the runs are not the same (A is the one expected, B the other)',
    ...(explained
      ? [`first divergence\n${renderDivergence(explained)}`]
      : ['the journals agree: the simulation is the same, what follows it (scores, metrics) is not']),
    ...(figures.length > 0 ? [figureTable(figures)] : []),
  ];
  return { pass, message: parts.join('\n\n') };
}

/** Bytes of a payload, which are the same in both runs where both have them. Memory is enough: small ones stay there. */
function readEither(a: TestRun, b: TestRun): ReadPayload {
  return (hash) => Promise.resolve(readFrom(a, hash) ?? readFrom(b, hash));
}

function readFrom({ store }: TestRun, hash: ContentHash): Uint8Array | null {
  try {
    return store.get({ hash, bytes: 0 });
  } catch (error) {
    if (error instanceof FeddymemError) return null;
    throw error;
  }
}

function differingFigures(a: TestRun, b: TestRun): string[][] {
  const [ofA, ofB] = [figuresOf(a.result), figuresOf(b.result)];
  return [...new Set([...ofA.keys(), ...ofB.keys()])]
    .filter((name) => ofA.get(name) !== ofB.get(name))
    .map((name) => [name, show(ofA.get(name)), show(ofB.get(name))]);
}

const mostFigures = 20;

function figureTable(rows: readonly string[][]): string {
  const rest = rows.length - mostFigures;
  const more = rest > 0 ? `\nand ${plural(rest, 'figure')} more` : '';
  return `figures that differ\n${table([['figure', 'A', 'B'], ...rows.slice(0, mostFigures)])}${more}`;
}

function show(value: number | null | undefined): string {
  if (value === undefined) return 'missing';
  return value === null ? 'not defined' : String(value);
}
