import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadClients } from '../../../src/sim/data/clients.js';
import { createFleet } from '../../../src/sim/fleet/fleet.js';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import { cellScenario } from '../../../src/sim/study/cell-scenario.js';
import { writeImageSet } from '../../support/image-tree.js';
import { temporaryFolder, tinyScenario } from '../../support/tiny.js';
import { drawn, studyOver } from './samples.js';

const counts = [2, 3, 6];
const dataFolder = temporaryFolder();
beforeAll(() => writeImageSet(join(dataFolder, 'parts'), { train: 30, good: 12, defective: 12 }));

const folderScenario = (partition: object) => ({
  ...tinyScenario,
  data: { source: 'folder', sets: ['parts'], partition: { ...partition, clients: 6 }, limits: { train: 4 } },
});
const scenarios: [string, object][] = [
  ['drawn features', drawn],
  ['synthetic images', tinyScenario],
  ['a folder, dealt alike', folderScenario({ by: 'iid' })],
  ['a folder, dealt by quantity', folderScenario({ by: 'quantity', alpha: 1 })],
  ['a folder, dealt in shards', folderScenario({ by: 'shards', perClient: 2 })],
];

describe.each(scenarios)('over client counts, with %s', (_, scenario) => {
  const study = studyOver({ clients: counts }, { scenario });
  const cells = study.cells.map((cell) => cellScenario(study, cell));

  it('a client keeps its images', async () => {
    const [few, some, many] = await Promise.all(cells.map((cell) => loadClients(cell, dataFolder)));
    expect([few.length, some.length, many.length]).toEqual(counts);
    const plain = (clients: typeof many, count: number) =>
      JSON.parse(
        JSON.stringify(clients.slice(0, count).map(({ id, train, test }) => ({ id, train, test }))),
      ) as object;
    expect(plain(many, 3)).toEqual(plain(some, 3));
    expect(plain(many, 2)).toEqual(plain(few, 2));
  });

  it('a client draws the same: what it computes from its own images alone has the same bits', async () => {
    const cacheFolder = temporaryFolder();
    const made = await Promise.all(
      [cells[0], cells[2]].map(async (cell) => {
        const lines: string[] = [];
        await runScenario(cell, {
          ...{ workers: 'inline', cacheFolder, dataFolder, results: 'off' },
          onJournalLine: (line) => lines.push(line),
        });
        return lines
          .map((line) => JSON.parse(line) as Record<string, unknown>)
          .filter(
            ({ event, kind, step }) => event === 'delivered' && kind === 'computed' && step === 'moments',
          )
          .filter(({ to }) => to === 'client-1' || to === 'client-2' || /-[12]$/.test(String(to)))
          .map(({ to, made: payload }) => [to, payload])
          .sort();
      }),
    );
    expect(made[0]).toHaveLength(2);
    expect(made[1]).toEqual(made[0]);
  });
});

it('a client keeps its device and its luck', async () => {
  const base = { operationsPerSecond: 1e9, link: { latency: 0.1, uploadRate: 1e6, downloadRate: 1e6 } };
  const unlucky = { dropout: 0.5, straggling: { probability: 0.5, slowdown: 3 } };
  const study = studyOver({ clients: counts }, { scenario: { ...drawn, fleet: { groups: [unlucky] } } });
  const fleets = await Promise.all(
    study.cells.map((cell, at) => {
      const { fleet, seed } = cellScenario(study, cell);
      const ids = Array.from({ length: counts[at] }, (_, index) => `client-${index + 1}`);
      return createFleet(fleet, base, seed, ids, '.');
    }),
  );
  const [few, , many] = fleets.map((fleet) =>
    ['client-1', 'client-2'].map((id) =>
      Array.from({ length: 20 }, (_, round) => [fleet.dropsOut(id, round), fleet.slowdown(id, round)]),
    ),
  );
  expect(many).toEqual(few);
  expect(new Set(few.flat(2)).size).toBe(4);
});

it('seeds are drawn anew', async () => {
  const study = studyOver({ clients: [2] }, { seeds: [1, 2] });
  const [one, two] = await Promise.all(
    study.cells.map((cell) => loadClients(cellScenario(study, cell), undefined)),
  );
  expect(JSON.stringify(one[0].test)).not.toBe(JSON.stringify(two[0].test));
});
