import { execFile } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseGolden } from '../../../src/sim/testing/golden-file.js';
import { smallScenario, temporaryFolder } from './samples.js';

const repository = join(import.meta.dirname, '../../..');
const folder = temporaryFolder();
const golden = join(folder, 'small.golden.json');
symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));

/** Runs vitest on a test of its own, as a user would. */
async function vitest(seed: number, ...flags: string[]): Promise<{ code: number; output: string }> {
  writeFileSync(
    join(folder, 'small.test.ts'),
    `import { expect, it } from 'vitest';
     import { run } from ${JSON.stringify(join(repository, 'src/sim/testing/index.ts'))};
     it('is as it was', async () => {
       await expect(run(${JSON.stringify({ ...smallScenario, seed })})).toMatchGolden('small.golden.json');
     });`,
  );
  const {
    NO_COLOR: _noColor,
    FEDDYMEM_UPDATE_GOLDEN: _update,
    VITEST: _vitest,
    ...environment
  } = process.env;
  const command = [join(repository, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, ...flags];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      command,
      { cwd: folder, env: { ...environment, CI: 'true', NO_COLOR: '1' } },
      (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
      },
    );
  });
}

it(
  'vitest writes no golden file in CI, writes one with -u, then compares',
  { timeout: 120_000 },
  async () => {
    const missing = await vitest(1);
    expect(missing.output).toContain(`golden file ${golden} does not exist`);
    expect(missing.code).toBe(1);
    expect(existsSync(golden)).toBe(false);

    const written = await vitest(1, '-u');
    expect(written).toMatchObject({
      code: 0,
      output: expect.stringMatching(/Snapshots +1 written/) as string,
    });
    expect(parseGolden(readFileSync(golden, 'utf8'), golden).seed).toBe(1);

    const changed = await vitest(2);
    expect(changed.code).toBe(1);
    expect(changed.output).toContain('the golden file was made with seed 1, this run with 2');
    expect(parseGolden(readFileSync(golden, 'utf8'), golden).seed).toBe(1);
  },
);
