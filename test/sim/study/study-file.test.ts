import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellIdPattern, cellIds } from '../../../src/sim/study/cell-id.js';
import { readStudy } from '../../../src/sim/study/study-file.js';
import { expectRefusal } from '../../support/refusal.js';
import { temporaryFolder } from '../../support/tiny.js';
import { studyOver } from './samples.js';

describe('ids of cells', () => {
  const study = studyOver({ rounds: [0] });
  function folderWith(id: string): string {
    const folder = temporaryFolder();
    const cells = study.cells.map((cell) => ({ ...cell, id }));
    writeFileSync(join(folder, 'study.json'), JSON.stringify({ ...study, cells }));
    return folder;
  }

  it.each(['', '.', '..', '../x', 'a/b', '/tmp/x', 'a\\b', 'a\n', 'a\0'])(
    'lead nowhere outside the folder of cells: %j',
    async (id) => {
      await expectRefusal(() => readStudy(folderWith(id)), 'study.json', 'no study');
    },
  );

  it('are read as they are made, whatever the axes are called', async () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), fc.nat(), (axes, seed) => {
        for (const id of cellIds([{ axes, seed, changes: [] }])) expect(id).toMatch(cellIdPattern);
      }),
    );
    for (const id of ['rate=0.1_seed=1', '..x', study.cells[0].id])
      expect((await readStudy(folderWith(id))).cells[0].id).toBe(id);
  });
});
