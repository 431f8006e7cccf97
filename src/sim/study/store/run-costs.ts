import type { CellContents } from './cell-contents.js';
import type { Column } from './column.js';

const cost = (
  name: string,
  type: 'BIGINT' | 'DOUBLE',
  unit: string,
  about: string,
  title: string,
  of: Column<CellContents>['of'],
): Column<CellContents> => ({ name, type, unit, about, better: 'lower', title, of });

/** What a run took; NULL where it is not finished. */
export const runCosts: readonly Column<CellContents>[] = [
  cost(
    'bytes_up',
    'BIGINT',
    'bytes',
    'Clients to server, all rounds',
    'bytes up',
    (cell) => cell.result?.bytes.up,
  ),
  cost(
    'bytes_down',
    'BIGINT',
    'bytes',
    'Server to clients, all rounds',
    'bytes down',
    (cell) => cell.result?.bytes.down,
  ),
  cost(
    'bytes_once',
    'BIGINT',
    'bytes',
    'Both ways, what a client exchanges once',
    'bytes once',
    (cell) => cell.result?.bytes.once,
  ),
  cost('bytes_total', 'BIGINT', 'bytes', 'The sum of the three', 'bytes', ({ result }) =>
    result ? result.bytes.up + result.bytes.down + result.bytes.once : null,
  ),
  cost('joules', 'DOUBLE', 'J', 'Energy of all clients', 'energy (J)', (cell) => cell.result?.joules),
  cost(
    'virtual_seconds',
    'DOUBLE',
    'virtual s',
    'Virtual time at the end',
    'virtual time (s)',
    (cell) => cell.result?.virtualSeconds,
  ),
  ...(['features', 'training', 'scoring', 'total'] as const).map((part) =>
    cost(
      `wall_seconds_${part}`,
      'DOUBLE',
      'wall s',
      part === 'total' ? 'Real time of the run' : `Real time of ${part}`,
      part === 'total' ? 'wall time (s)' : `wall time of ${part} (s)`,
      (cell) => cell.result?.wallSeconds[part],
    ),
  ),
];
