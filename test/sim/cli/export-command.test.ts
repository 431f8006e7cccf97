import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { exportCommand } from '../../../src/sim/cli/export-command.js';
import { sampleResult, sampleStudy, writeCell, writeSampleStudy } from '../study/store/samples.js';
import { expectRefusal } from '../../support/refusal.js';
import { temporaryFolder } from '../../support/tiny.js';

let output: string;
beforeEach(() => {
  output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('writes a LaTeX table into a folder that is not there yet, and replaces one by force only', async () => {
  const { folder, cell } = await writeSampleStudy(
    sampleStudy({ size: [0] }, [{ axes: { size: 0 }, seed: 1 }]),
  );
  await writeCell(cell('size=0_seed=1'), sampleResult(0.75));
  const paper = join(temporaryFolder(), 'paper', 'tables');
  const path = join(paper, 'sizes.tex');
  const exported = (...flags: string[]) =>
    exportCommand().parseAsync([folder, '--to', 'latex', '--out', path, ...flags], { from: 'user' });
  await exported();
  expect(output).toBe(`${path}\n`);
  expect(readFileSync(path, 'utf8')).toContain('tabular');
  await expectRefusal(() => exported(), 'is there already', '--force');
  await exported('--force');
  expect(readdirSync(paper)).toEqual(['sizes.tex']);
});
