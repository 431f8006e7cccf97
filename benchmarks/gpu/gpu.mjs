// The conformance suite and the training benchmark on every GPU path that works on this machine.
// Usage: npm run build && node benchmarks/gpu/gpu.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { probeEngines } from '../../dist/model/engine/available.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const suites = ['conformance', 'gradient'].map((name) => `test/model/engine/${name}.test.ts`);

const isGpuPath = ({ engine, provider }) =>
  (engine === 'onnx' && provider !== 'cpu') || (engine === 'tensorflow' && provider === 'gpu');
const paths = (await probeEngines()).filter(isGpuPath);
// Software Vulkan computes correctly and slowly: it counts for the suite.
const working = paths.filter(({ runs }) => runs);
if (!working.some(({ gpu }) => gpu)) {
  const reasons = paths.map(
    ({ engine, provider, problem }) => `${engine} ${provider}: ${problem ?? 'not installed'}`,
  );
  console.log(`no GPU path works here: ${reasons.join('; ')}`);
  for (const { engine, provider, howToGet } of paths) console.log(`  ${engine} ${provider}: ${howToGet}`);
}
if (working.length > 0) {
  console.log(`${cpus()[0].model}, node ${process.versions.node}; medians of 9, ratios to onnx on the CPU\n`);
  const baseline = timesOf('onnx', 'cpu');
  for (const { engine, provider, device } of working) {
    const chosen = engine === 'onnx' ? [engine, provider] : [engine];
    console.log(`${engine} on ${device}`);
    console.log(`  ${conformance(chosen.join(' '))}`);
    const measured = timesOf(...chosen);
    for (const [task, time] of Object.entries(measured?.times ?? {})) {
      const ratio = time / baseline.times[task];
      console.log(
        `  ${task.padEnd(34)}${`${time.toFixed(1)} ms`.padStart(12)}${ratio.toFixed(2).padStart(8)}×`,
      );
    }
  }
}

/** The suites through one engine, in processes of their own: what passed, and the largest error of an operation. */
function conformance(engine) {
  const folder = mkdtempSync(join(tmpdir(), 'feddymem-gpu-'));
  const file = join(folder, 'report.json');
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=json', `--outputFile=${file}`];
  const environment = { ...process.env, FEDDYMEM_TEST_ENGINE: engine };
  try {
    spawnSync(process.execPath, [...vitest, ...suites], { cwd: root, env: environment, stdio: 'ignore' });
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
    const cases = testResults.flatMap(({ assertionResults }) => assertionResults);
    const worst = Math.max(...cases.map(({ meta }) => meta?.maximumError ?? 0));
    if (numFailedTests > 0 || numPassedTests === 0) process.exitCode = 1;
    const failed = cases
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `\n    failed: ${fullName}`);
    if (numPassedTests === 0) return 'conformance: the suite did not run';
    return `conformance: ${numPassedTests} passed, ${numFailedTests} failed, maximum error ${worst.toExponential(1)}${failed.join('')}`;
  } catch (error) {
    process.exitCode = 1;
    return `conformance: the suite ended without a report (${error.message})`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In a process of its own: libraries of several engines do not meet, and a crash is one path's. */
function timesOf(...chosen) {
  const script = fileURLToPath(new URL('times.mjs', import.meta.url));
  const { stdout, stderr, signal } = spawnSync(process.execPath, [script, ...chosen], { encoding: 'utf8' });
  const line = stdout.trim().split('\n').at(-1);
  if (line.startsWith('{')) return JSON.parse(line);
  process.exitCode = 1;
  console.log(`  training benchmark: ${signal ? `crashes (${signal})` : stderr.trim().split('\n')[0]}`);
  return null;
}
