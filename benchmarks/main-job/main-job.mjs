// Wall time of the tile run, cold and warm, and how near the backbone comes to this machine's own matrix products.
// Usage: npm run build && FEDDYMEM_DATA=… node benchmarks/main-job/main-job.mjs [scenario]
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScenario, runScenario } from '../../dist/sim/index.js';
import { createOnnxEngine } from '../../dist/model/engine/onnx/engine.js';
import { readFlags } from '../support/flags.mjs';

/** ResNet18, conv1 to layer3, at 256²: multiply–adds counted twice. */
const backboneGflop = 3.7;

const usage = `FEDDYMEM_DATA=~/data node benchmarks/main-job/main-job.mjs [scenario]     (after npm run build)

  scenario  a YAML file (default: scenarios/tile-exposures.yaml)`;
const { positionals } = readFlags(usage, {}, { allowPositionals: true });
const path = positionals[0] ?? 'scenarios/tile-exposures.yaml';
const scenario = await loadScenario(path);
const workers = scenario.workers ?? availableParallelism();
const cacheFolder = mkdtempSync(join(tmpdir(), 'feddymem-benchmark-'));
const seconds = (value) => value.toFixed(1).padStart(7);

const peak = await matmulGflops();
console.log(`${path}, ${workers} workers, ${cpus()[0].model}, node ${process.versions.node}`);
console.log(`baseline: matrix products on one thread ${peak.toFixed(0)} GFLOP/s\n`);
console.log('run      total  features  training  scoring   images/s  onnx share');
let images = 0;
try {
  for (const name of ['cold', 'warm', 'warm']) {
    const { result, clients, spent } = await runScenario(scenario, { cacheFolder });
    images = clients.reduce((sum, client) => sum + client.train.length + client.test.length, 0);
    const { features, training, scoring, total } = result.wallSeconds;
    const jobs = Object.entries(spent).filter(([kind]) => kind !== 'features');
    const sum = (pick) => jobs.reduce((all, [, job]) => all + job[pick], 0);
    console.log(
      `${name.padEnd(5)} ${[total, features, training, scoring].map(seconds).join('  ')}` +
        `  ${(images / features).toFixed(1).padStart(8)}  ${((100 * sum('engineMilliseconds')) / sum('milliseconds')).toFixed(0).padStart(8)} %`,
    );
    if (name === 'cold' && scenario.backbone.name === 'resnet18') {
      const rate = (images * backboneGflop) / features / workers;
      console.log(
        `      backbone at ${rate.toFixed(0)} GFLOP/s a worker, decode and cache included: ${(rate / peak).toFixed(2)} of the baseline`,
      );
    }
    if (name === 'cold') continue;
    for (const [kind, job] of Object.entries(spent)) {
      console.log(
        `        ${kind.padEnd(18)} ${seconds(job.milliseconds / 1000)} s of workers, ${seconds(job.engineMilliseconds / 1000)} s in onnx`,
      );
    }
  }
} finally {
  rmSync(cacheFolder, { recursive: true });
}

/** Median of nine products of 1024×1024 matrices. */
async function matmulGflops() {
  const engine = createOnnxEngine();
  const size = 1024;
  const program = engine.compile(
    'baseline',
    [
      [size, size],
      [size, size],
    ],
    (ops, [a, b]) => [ops.sum(ops.matmul(a, b))],
  );
  const blocks = [new Float32Array(size * size).fill(0.5), new Float32Array(size * size).fill(0.25)];
  await program.run(blocks);
  const rates = [];
  for (let count = 0; count < 9; count++) {
    const before = engine.busyMilliseconds();
    await program.run(blocks);
    rates.push((2 * size ** 3) / 1e6 / (engine.busyMilliseconds() - before));
  }
  await engine.dispose();
  return rates.sort((a, b) => a - b)[4];
}
