import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildStore } from '../../../../src/sim/study/store/build-store.js';
import { literal, withDatabase } from '../../../../src/sim/study/store/database.js';
import { exportFiles, fileFormats, type FileFormat } from '../../../../src/sim/study/store/export-files.js';
import { expectRefusal } from '../../../support/refusal.js';
import { temporaryFolder } from '../../../support/tiny.js';
import { rowsOf, sampleResult, sampleStudy, writeCell, writeSampleStudy } from './samples.js';

const tables = ['runs', 'images'];

async function sampleStore(): Promise<string> {
  const { folder, cell } = await writeSampleStudy(
    sampleStudy({ size: [0] }, [{ axes: { size: 0 }, seed: 1 }]),
  );
  await writeCell(cell('size=0_seed=1'), sampleResult(0.75), [0.1, -2.5, 1e-7, 3]);
  return buildStore(folder);
}

describe('exportFiles', () => {
  it.each(Object.keys(fileFormats) as FileFormat[])(
    'writes %s files that hold the same rows',
    async (format) => {
      const store = await sampleStore();
      // A folder that SQL could misread.
      const folder = join(temporaryFolder(), "the user's = files");
      const files = await exportFiles(store, tables, format, folder, false);
      expect(files).toEqual(tables.map((name) => join(folder, `${name}.${format}`)));
      expect((await readdir(folder)).sort()).toEqual(tables.map((name) => `${name}.${format}`).sort());
      const sql = 'SELECT client, image, label, score FROM';
      const read = await withDatabase(':memory:', 'write', async (connection) => {
        const options = 'hive_partitioning = false';
        const reader = await connection.runAndReadAll(
          `${sql} read_${format}(${literal(files[1])}, ${options})`,
        );
        return reader
          .getRowsJS()
          .map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
      });
      expect(read).toEqual(await rowsOf(store, `${sql} images`));
      expect(read).toHaveLength(4);
    },
  );

  it('replaces files only when it is told to', async () => {
    const store = await sampleStore();
    const folder = temporaryFolder();
    const [path] = await exportFiles(store, tables, 'csv', folder, false);
    const before = await readFile(path, 'utf8');
    await expectRefusal(
      () => exportFiles(store, tables, 'csv', folder, false),
      'runs.csv is there',
      '--force',
    );
    await exportFiles(store, tables, 'csv', folder, true);
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('says which folder can not be written', async () => {
    const store = await sampleStore();
    await expectRefusal(() => exportFiles(store, tables, 'csv', join(store, 'below-a-file'), false), '--out');
  });
});
