import { describe, expect, it } from 'vitest';
import { testCells, tuningCells } from '../../../src/sim/rivals/cells.js';
import { tuningOf } from '../../../src/sim/rivals/choose.js';
import type { Figure } from '../../../src/sim/rivals/figures.js';
import { givesHeldOut } from '../../../src/sim/rivals/held-out.js';
import { resultsPage } from '../../../src/sim/rivals/page.js';
import { code, failedOf, federations, figuresWith, measuredOf, plan } from './samples.js';

const tuning = tuningCells(plan, federations);
const cells = testCells(
  plan,
  federations,
  () => 0,
  ({ method }) => givesHeldOut(method),
);

/** A page of figures by row; bytes a round by row, 1000 where nothing is said. */
function pageOf(
  aurocs: Readonly<Record<string, number>>,
  {
    bytes = {},
    only = () => true,
    more = [],
  }: {
    bytes?: Readonly<Record<string, number>>;
    only?: (cell: (typeof cells)[number]) => boolean;
    more?: readonly Figure[];
  } = {},
): string {
  const figures = figuresWith([
    ...tuning.map((cell) => measuredOf(cell, cell.trial === 0 ? 0.8 : 0.7)),
    ...cells
      .filter((cell) => cell.row in aurocs && only(cell))
      .map((cell) =>
        measuredOf(cell, aurocs[cell.row] + (cell.seed - 1) / 500, {
          bytesPerRound: bytes[cell.row] ?? 1000,
        }),
      ),
    ...more,
  ]);
  const tuned = plan.rows
    .filter(({ trials }) => trials !== undefined)
    .map(({ name }) =>
      tuningOf(
        name,
        tuning.filter(({ row }) => row === name),
        figures,
      ),
    );
  return resultsPage({
    plan,
    figures,
    tuning: tuned,
    cells,
    expected: cells.length,
    code,
    command: 'run it',
  });
}

const all = {
  feddymem: 0.9,
  'memory alone': 0.8,
  'fed-proto': 0.7,
  'fed-proto, as published': 0.6,
  'fedavg-cfa': 0.84,
  local: 0.95,
};

describe('the page of results', () => {
  it('says where the goal is met, and against whom', () => {
    const page = pageOf(all, { bytes: { feddymem: 300 } });
    expect(page).not.toContain('Incomplete');
    const own = page.slice(page.indexOf('### Own images'), page.indexOf('### Everybody'));
    expect(own).toContain('The best federated rival on the same runs is `fedavg-cfa` with .841');
    expect(own).toContain('**FedDyMem leads by 6.0 points**');
    expect(own).toContain('a lead of +5.2 points, is met');
    expect(own).toContain('300 B a round, 70 % fewer than 1.0 kB');
    expect(own).toContain('60 % fewer a round, is met');
    expect(own).toContain('it leads on 2 of 2.');
    // Only memories are shared with clients that were held out.
    const unseen = page.slice(page.indexOf('### Clients that were held out'), page.indexOf('## All fed'));
    expect(unseen).toContain('`fed-proto` with .701');
    expect(unseen).toContain('**FedDyMem leads by 20.0 points**');
  });

  it('says as plainly where it is not', () => {
    const page = pageOf({ ...all, 'fedavg-cfa': 0.93 }, { bytes: { feddymem: 2000 } });
    const own = page.slice(page.indexOf('### Own images'), page.indexOf('### Everybody'));
    expect(own).toContain('**FedDyMem trails by 3.0 points**');
    expect(own).toContain('a lead of +5.2 points, is missed by 8.2');
    expect(own).toContain('it leads on 0 of 2, and does not on `one` and `two`.');
    expect(own).toContain('2.0 kB a round, 2.0 times 1.0 kB');
    expect(own).toContain('60 % fewer a round, is not met');
    expect(page).toContain(
      '| own | .901 | `fedavg-cfa` .931 | −3.0 (−3.0 to −3.0) | not met | +100 % | not met |',
    );
  });

  it('compares bytes with those who share parameters, where the best rival does not', () => {
    const page = pageOf({ ...all, 'fed-proto': 0.89 });
    expect(page).toContain('The best rival that shares parameters is `fedavg-cfa` with .841');
  });

  it('has the best of each view in bold, and rows in order', () => {
    const page = pageOf(all);
    const table = page.slice(page.indexOf('### one'), page.indexOf('### two'));
    const lines = table.split('\n').filter((line) => line.startsWith('| `'));
    expect(lines.map((line) => line.split('`')[1])).toEqual([
      'local',
      'feddymem',
      'fedavg-cfa',
      'memory alone',
      'fed-proto',
      'fed-proto, as published',
    ]);
    expect(lines[0]).toBe(
      '| `local` | **.951** ± .001 | **.951** ± .001 | – | 1.0 kB | 3.1 kB | 2.1 kB | 2 |',
    );
    expect(lines[1]).toContain('| **.901** ± .001 | 1.0 kB');
  });

  it('says first what is missing, failed or stale, and compares what is there', () => {
    const [failing] = cells.filter(({ row }) => row === 'local');
    const page = pageOf(
      { feddymem: 0.9, 'fedavg-cfa': 0.84 },
      {
        only: ({ federation, pass }) => federation === 'one' && pass === 'test',
        more: [failedOf(failing, 'it diverged')],
      },
    );
    const start = page.slice(0, page.indexOf('## Where'));
    expect(start).toContain(`**Incomplete: 4 of ${cells.length} runs are there.**`);
    expect(start).toContain('Federations without a run as yet: `two`.');
    expect(start).toContain('`memory alone`, `fed-proto`, `fed-proto, as published` and `local`');
    expect(start).toContain('- `local` on `one`: it diverged');
    expect(page).toContain('.901, the mean over 1 federation (2 runs)');
    expect(page).toContain('one federation gives no interval');
    expect(page).toContain('`feddymem` has no figures here yet.');
    expect(page).toContain('| `fed-proto` | – | – | – | – | – | – | 0 of 2 |');
    const stale = pageOf(all, { more: [measuredOf(cells[0], 0.9, { code: 'other' })] });
    expect(stale).toContain('1 run of these were made by an earlier version of the code.');
  });

  it('says how everybody was tuned', () => {
    const page = pageOf(all);
    expect(page).toContain('Every method got 2 trials');
    expect(page).toContain('| `feddymem` | **.800** | .700 | `alignment: minor` |');
    expect(page).toContain('`memory alone` (as `feddymem`, but `rounds: 0`)');
    expect(page).toContain('Computed on a processor with feddymem 1.2.3 and node 20');
  });
});
