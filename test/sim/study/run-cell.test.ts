import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { runCell } from '../../../src/sim/study/run-cell.js';
import { temporaryFolder } from '../../support/tiny.js';
import { drawn, readCellFile, studyOver } from './samples.js';

it('a cell’s report has a command that a shell understands, where folders have spaces', async () => {
  const [folder, data] = [join(temporaryFolder(), 'my study'), join(temporaryFolder(), 'my data')];
  const study = studyOver({ clients: [2] });
  mkdirSync(data);
  const [cell] = study.cells;
  const end = await runCell(folder, cell, parseScenario(drawn, 'drawn'), {
    ...{ cacheFolder: temporaryFolder(), workers: 'inline', dataFolder: data },
  });
  expect(end).toMatchObject({ state: 'finished' });
  const scenario = join(folder, 'cells', cell.id, 'scenario.yaml');
  const page = readCellFile(folder, study, 0, 'report.html').replaceAll('&#39;', "'");
  expect(page).toContain(`feddymem run '${scenario}' --data '${data}'`);
});
