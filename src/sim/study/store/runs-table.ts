import { columnsOfAxes, type AxisColumn } from './axis-columns.js';
import type { CellContents, CellManifest } from './cell-contents.js';
import { defineTable, type Column, type StoredTable } from './column.js';
import { headlineColumns } from './metric-columns.js';
import { runCosts } from './run-costs.js';
import { runOrigin } from './run-origin.js';

/** One row a cell, also where it failed or has not been run. */
export function runsTable(axes: readonly AxisColumn[]): StoredTable {
  return defineTable(
    'runs',
    'One row a cell, in the order of the study',
    [...identity, ...columnsOfAxes(axes), ...headlineColumns(), ...runCosts, ...runOrigin],
    (cell) => [cell],
  );
}

const identity: readonly Column<CellContents>[] = [
  { name: 'folder', type: 'VARCHAR', about: "Its folder, from the study's on", of: (cell) => cell.path },
  {
    name: 'state',
    type: 'VARCHAR',
    about: '`finished`, `failed`, `unfinished`, `missing` (not begun) or `unreadable`',
    of: (cell) => cell.state,
  },
  {
    name: 'error_code',
    type: 'VARCHAR',
    about: 'Of the error that ended it',
    of: (cell) => cell.error?.code,
  },
  { name: 'error', type: 'VARCHAR', about: 'What the error says', of: (cell) => cell.error?.message },
  { name: 'error_hint', type: 'VARCHAR', about: 'What to do about it', of: (cell) => cell.error?.hint },
  {
    name: 'scenario',
    type: 'VARCHAR',
    about: "The scenario's name",
    of: (cell) => cell.result?.scenario ?? text(settings(cell.manifest), 'name'),
  },
  {
    name: 'method',
    type: 'VARCHAR',
    about: 'The federated method',
    of: (cell) => cell.result?.method ?? text(field(settings(cell.manifest), 'method'), 'name'),
  },
  {
    name: 'split',
    type: 'VARCHAR',
    about: '`test`, or `validation`: figures for choosing settings, not for reporting',
    of: (cell) => cell.result?.split,
  },
  {
    name: 'engine',
    type: 'VARCHAR',
    about: 'What crunched the numbers',
    of: (cell) => cell.result?.engine ?? text(settings(cell.manifest), 'engine'),
  },
  {
    name: 'seed',
    type: 'BIGINT',
    about: 'The seed of everything that is drawn',
    of: (cell) => cell.result?.seed ?? cell.seed ?? number(settings(cell.manifest), 'seed'),
  },
  {
    name: 'client_count',
    type: 'INTEGER',
    about: 'Clients, held-out ones included',
    of: (cell) => cell.result?.clients.length,
  },
  {
    name: 'round_count',
    type: 'INTEGER',
    about: 'Rounds, round 0 included',
    of: (cell) => cell.result?.rounds.length,
  },
];

/** What holds at the end: of a fork, its last segment. */
const settings = (manifest: CellManifest | null): unknown => manifest?.segments.at(-1)?.scenario;

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? found : undefined;
}

function number(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' ? found : undefined;
}
