// Runs the README's shell commands, line by line, as a reader would; what npm ci and npm test do is checked elsewhere.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const blocks = readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g);
const lines = [...blocks]
  .flatMap(([, block]) => block.split('\n'))
  .filter((line) => line && !line.startsWith('#'));
const elsewhere = ['npm ci && npm test', 'ONNXRUNTIME_NODE_INSTALL=skip npm install'];
const folder = mkdtempSync(join(tmpdir(), 'feddymem-readme-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const bin = join(folder, 'bin');
execFileSync('bash', [
  '-c',
  `mkdir -p ${bin} && ln -s ${root}dist/sim/cli/main.js ${bin}/feddymem && chmod +x ${root}dist/sim/cli/main.js`,
]);

let ran = 0;
for (const line of lines) {
  if (elsewhere.some((start) => line.startsWith(start))) continue;
  const needsData =
    line.includes('FEDDYMEM_DATA') || line.includes('tile-exposures') || line.includes('mixed-six');
  if (needsData) {
    console.log(`skipped (real images): ${line}`);
    continue;
  }
  // The install before the first command has been made already.
  const command = line.replace('npm ci && ', '');
  console.log(`$ ${command}`);
  execFileSync('bash', ['-c', command], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
  });
  ran++;
}
if (ran === 0) throw new Error('the README has no commands');
