// What would be run.
import { table } from '../../dist/sim/cli/table.js';
import { rivalCellState } from '../../dist/sim/rivals/cell-state.js';

/** @param {{ tuning: object[], test: object[], figures: object, code: string, tuned: object[] }} state */
export function dryRun({ tuning, test, figures, code, tuned }) {
  const states = ['done', 'stale', 'failed', 'missing'];
  const groups = new Map();
  for (const cell of [...tuning, ...test]) {
    const key = `${cell.pass} ${cell.federation}`;
    const counts = groups.get(key) ?? Object.fromEntries(states.map((state) => [state, 0]));
    counts[rivalCellState(cell, figures, code)]++;
    groups.set(key, counts);
  }
  console.log(
    table([
      ['', ...states],
      ...[...groups].map(([key, counts]) => [key, ...states.map((state) => String(counts[state]))]),
    ]),
  );
  const open = tuned.filter(({ chosen }) => chosen === null).map(({ row }) => row);
  if (open.length > 0)
    console.log(`\nwithout all their trials, and so not among the tests yet: ${open.join(', ')}`);
}
