import { expect, it } from 'vitest';
import { run } from '../../src/sim/testing/index.js';

it('learns from a federation that loses an upload and damages another', async () => {
  const scenario = {
    name: 'lossy',
    clients: 4,
    data: { source: 'features' },
    method: {
      rounds: 3,
      dimensions: 8,
      patches: 120,
      memory: { local: 12, upload: 6, global: 18, minimumPatches: 2 },
      training: { steps: 4, batchSize: 64 },
    },
    schedule: { deadline: 2 },
    faults: {
      plan: [
        { kind: 'lose', client: 'client-2', step: 'train', round: 1 },
        { kind: 'corrupt', client: 'client-3', step: 'train', round: 2 },
      ],
    },
    evaluate: { rounds: ['own'] },
  };
  await expect(run(scenario)).toMatchGolden('features.golden.json', {
    figures: { 'mean.*': 0.1, 'rounds.*.imageAuroc': 0.1, 'rounds.*.loss': '5%' },
  });
});
