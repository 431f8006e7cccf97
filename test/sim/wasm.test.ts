import { expect, it } from 'vitest';
import { sha256 } from '../../src/base/hash.js';
import { runScenario } from '../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../src/sim/scenario/load.js';
import { temporaryFolder } from '../support/tiny.js';

/**
 * No image decoder and no function that ECMAScript leaves approximate: these digests hold on every machine. `untimed` are
 * those of the journals without virtual times, which a better count of what work costs leaves as they are.
 */
const golden = {
  feddymem: {
    journal: '9be1e1bc53eba7f30325ed85ddf08e2f1d6a168b40ba7dfbb5f8b55e667e9059',
    untimed: 'a86c182902975e81e082cdc15fe511909283b3020f99c55c5ad6d28c2cc2b735',
  },
  local: {
    journal: '2c32d1c6fa872237550c8a288bf5a727992be7806a3a0804da6691533d2be559',
    untimed: 'cd6e86fbe03a0e13b860f81e224689ad7627d6a858d22d2db411be2a7fbc30dc',
  },
  'fedavg-cfa': {
    journal: 'fa96ab6184dabb97f51aeb3bebf780f2aa75d4b3fea4acf0199ea9d57e6ae7ed',
    untimed: '4c3c00aa3d36d74910ea2f6a6a3b11549a6016df55b70be97e613869d93e4845',
  },
  'fedavg-svdd': {
    journal: 'a683adea893af09f68a5f1ddc56def43906a5c09ef252c21eef46694a3c25b5a',
    untimed: '2e91014c4de11bcdd5f6c2ac46b123f99eb75620bfbfc857a2a511837e89f651',
  },
  'scaffold-simplenet': {
    journal: 'a32806777c81bd1725b82db74c85ead8b4ad64fe8ebce140523276d52de231d6',
    untimed: 'f9050a738ff6789a4a16d0938f8d60a9c6e8b6a982d110f95b405b4081589765',
  },
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

async function digestsOf(name: string, workers: number | 'inline') {
  const scenario = parseScenario({ ...features, method: { ...method, name } }, 'test');
  const lines: string[] = [];
  const { result } = await runScenario(scenario, {
    cacheFolder: temporaryFolder(),
    workers,
    results: 'off',
    check: true,
    onJournalLine: (line) => lines.push(withoutTimes(line)),
  });
  return { journal: result.journalDigest, untimed: sha256(lines.join('\n')) };
}

function withoutTimes(line: string): string {
  const timed = ['time', 'sentAt', 'seconds', 'digest'];
  const fields = Object.entries(JSON.parse(line) as Record<string, unknown>);
  return JSON.stringify(Object.fromEntries(fields.filter(([name]) => !timed.includes(name))));
}

it.each(Object.entries(golden))('wasm: %s has the bits it has on every machine', async (name, digests) => {
  expect(await digestsOf(name, 'inline')).toEqual(digests);
});

it('wasm: one worker, two and four have the same bits', async () => {
  for (const workers of [1, 2, 4]) expect(await digestsOf('feddymem', workers)).toEqual(golden.feddymem);
});
