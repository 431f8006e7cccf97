import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tests leave folders behind, gigabytes of them in a few runs: all lie in one, which goes when the last test is done. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'feddymem-tests-'));
  // Test processes start later and inherit it; os.tmpdir() reads one of these on each system.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}
