import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runResultSchema } from '../../../../src/sim/result/run-result.js';
import { buildStore } from '../../../../src/sim/study/store/build-store.js';
import { viewMetrics } from '../../../../src/sim/study/store/metric-columns.js';
import { rowsOf, sampleStudy, writeSampleStudy } from './samples.js';

/** Rows of the tables in docs/results-store.md, by the table's heading: name, type, unit, meaning. */
async function documented(): Promise<Map<string, string[][]>> {
  const text = await readFile(new URL('../../../../docs/results-store.md', import.meta.url), 'utf8');
  const tables = new Map<string, string[][]>();
  for (const section of text.split(/^### /m).slice(1)) {
    const rows = section
      .split('\n')
      .filter((line) => /^\| `/.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    tables.set(section.split('\n')[0].replaceAll('`', ''), rows);
  }
  return tables;
}

describe('docs/results-store.md', () => {
  it('has every column of every table, in order, with its type, unit and meaning', async () => {
    const { folder } = await writeSampleStudy(sampleStudy({}, [{ axes: {}, seed: 1 }]));
    const found = await rowsOf(
      await buildStore(folder),
      'SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal ORDER BY table_oid, column_index',
    );
    const real = new Map<string, string[][]>();
    for (const [table, name, type, comment] of found as string[][]) {
      const [, about, unit = ''] = /^(.*?)(?: \[(.+)\])?$/s.exec(comment)!;
      real.set(table, [...(real.get(table) ?? []), [`\`${name}\``, type, unit, about]]);
    }
    const docs = await documented();
    for (const [table, columns] of real) {
      // Axes have whatever columns a study gives them.
      const written = docs.get(table)?.filter(([name]) => !name.startsWith('`axis_'));
      expect(written, table).toEqual(columns);
    }
  });

  it('knows every metric that result.json has', () => {
    const { own } = runResultSchema.shape.clients.element.shape;
    const names = Object.keys(own.unwrap().shape).filter((name) => !name.endsWith('Reason'));
    expect(Object.keys(viewMetrics).sort()).toEqual(names.sort());
  });
});
