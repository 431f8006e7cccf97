// Packs the project, installs the tarball into an empty project and uses both of its faces: the command and the library.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'feddymem-package-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const run = (command, args, cwd = folder) => execFileSync(command, args, { cwd, encoding: 'utf8' });

const [{ filename }] = JSON.parse(
  run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
);
writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
cpSync(join(root, '.npmrc'), join(folder, '.npmrc'));
run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${filename}`]);
console.log(run('npx', ['feddymem', '--version']).trim());

writeFileSync(
  join(folder, 'use.ts'),
  `import { loadScenario, runScenario, type RunResult } from 'feddymem';
const scenario = await loadScenario('node_modules/feddymem/scenarios/demo.yaml', [
  { path: ['clients'], value: 2 },
  { path: ['data', 'trainImages'], value: 16 },
  { path: ['method', 'rounds'], value: 1 },
  { path: ['method', 'training', 'steps'], value: 3 },
]);
const { result }: { result: RunResult } = await runScenario(scenario, { cacheFolder: 'cache', workers: 1 });
const auroc: number | null | undefined = result.mean.own?.imageAuroc;
console.log('library: own AUROC', auroc);
`,
);
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
run('node', [compiler, '--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', 'use.ts']);
console.log(run('node', ['use.js']).trim());
