import { expect, it } from 'vitest';
import { runTiny } from '../support/tiny.js';

it.each(['info-nce', 'hypersphere'])('%s trains where every patch is a slot of its own', async (loss) => {
  const { result } = await runTiny({
    method: {
      patches: 40,
      memory: { local: 40, upload: 40, global: 120, minimumPatches: 1 },
      training: { loss, steps: 10 },
    },
  });
  // Of distances over a radius of mere rounding, the loss would be in millions, or no number.
  for (const round of result.rounds.slice(1)) expect(round.loss).toBeLessThan(1000);
  expect(result.mean.own!.imageAuroc).toBeGreaterThan(0.3);
});
