import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scoresCsv } from '../../../src/sim/output/scores-csv.js';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { imageScores } from '../../../src/sim/study/store/images-table.js';
import { writeImageSet } from '../../support/image-tree.js';
import { temporaryFolder, tinyScenario } from '../../support/tiny.js';

describe('scores.csv', () => {
  it('says of every image which set it is of and what it shows, whoever scores it', async () => {
    const root = temporaryFolder();
    await writeImageSet(join(root, 'one'));
    await writeImageSet(join(root, 'two'));
    const { clients: _, ...rest } = tinyScenario;
    const sets = ['one', { path: 'two', name: 'second, "new"' }];
    const scenario = parseScenario({ ...rest, data: { source: 'folder', sets } }, 'test');
    const run = await runScenario(scenario, {
      dataFolder: root,
      cacheFolder: temporaryFolder(),
      workers: 'inline',
      results: 'off',
    });
    const rows = imageScores(new TextEncoder().encode(scoresCsv(run)), 'scores.csv');
    const known = new Map(
      run.clients.flatMap(({ test }) =>
        test.map(({ id, category, source }) => [id, { category, source }] as const),
      ),
    );
    expect(new Set(rows.map(({ source }) => source))).toEqual(new Set(['one', 'second, "new"']));
    for (const { image, category, source } of rows) expect({ category, source }).toEqual(known.get(image));
  });
});
