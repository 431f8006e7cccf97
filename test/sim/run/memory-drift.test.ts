import { expect, it } from 'vitest';
import { runTiny } from '../../support/tiny.js';

it('says how far the global memory moves in every round but the first', async () => {
  const { result } = await runTiny({ evaluate: { rounds: [] } });
  const [first, ...later] = result.rounds.map(({ memoryDrift }) => memoryDrift);
  expect(first).toBeUndefined();
  for (const drift of later) expect(drift).toBeGreaterThan(0);
});

it('is 0 where nothing moves, and not there where nothing is shared', async () => {
  const method = {
    update: 'none',
    memory: { start: 'previous', upload: 30, local: 30, global: 90 },
    precision: 'f32',
    training: { loss: 'none' },
  };
  const still = await runTiny({ method, evaluate: { rounds: [] } });
  expect(still.result.rounds.slice(1).map(({ memoryDrift }) => memoryDrift)).toEqual([0, 0]);
  const alone = await runTiny({ method: { name: 'local' }, evaluate: { rounds: [] } });
  expect(alone.result.rounds.every(({ memoryDrift }) => memoryDrift === undefined)).toBe(true);
});
