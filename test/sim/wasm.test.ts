import { expect, it } from 'vitest';
import { runScenario } from '../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../src/sim/scenario/load.js';
import { temporaryFolder } from '../support/tiny.js';

/** No image decoder and no function that ECMAScript leaves approximate: these digests hold on every machine. */
const golden = {
  feddymem: '38f653cc05a7083ced790f811b7f9e38a5c5349c522a5908388ea14cad2e6665',
  local: '50799f8f35f50dd44dd86b8784bca5d966c97dfedf29531a90be09503e0350fb',
  'fedavg-cfa': 'b5011891f73e0aa8048771d98845455cc6bb092d42496f6036c55a23a33ce647',
  'fedavg-svdd': 'e61add0ca2264e29a504f8b41161cdf7a93a6ca72b0f29f6af9ddd7ce5add550',
  'scaffold-simplenet': 'c59463a4f62c004b00020951d5b76f9124663f7fc586509203e54129e5350d19',
};

const features = {
  name: 'portable',
  clients: 4,
  engine: 'wasm',
  data: { source: 'features', channels: 12, grid: 4, trainImages: 8, minimumTrainImages: 5 },
  fleet: {
    groups: [
      { share: 2, preset: 'phone', device: { spread: 0.5 }, link: { spread: 0.3 } },
      { preset: 'edge-box', availability: { kind: 'diurnal', hoursOn: 20, spread: 6 } },
    ],
  },
  schedule: { cohort: 3, deadline: 3600 },
  evaluate: { rounds: [] },
};
const method = {
  rounds: 3,
  alignment: 'orthogonal',
  dimensions: 8,
  patches: 60,
  memory: { local: 10, upload: 5, global: 12, minimumPatches: 1 },
  training: { steps: 5, batchSize: 32, generator: 'residual-mlp' },
};

async function digestOf(name: string, workers: number | 'inline'): Promise<string> {
  const scenario = parseScenario({ ...features, method: { ...method, name } }, 'test');
  const options = { cacheFolder: temporaryFolder(), workers, results: 'off', check: true } as const;
  return (await runScenario(scenario, options)).result.journalDigest;
}

it.each(Object.entries(golden))('wasm: %s has the bits it has on every machine', async (name, digest) => {
  expect(await digestOf(name, 'inline')).toBe(digest);
});

it('wasm: one worker, two and four have the same bits', async () => {
  for (const workers of [1, 2, 4]) expect(await digestOf('feddymem', workers)).toBe(golden.feddymem);
});
