import { describe, expect, it, vi } from 'vitest';
import { prepareRun } from '../../../src/sim/run/prepare.js';
import { temporaryFolder, tiny } from '../../support/tiny.js';
import { prepareScenario, swarmScenario } from './samples.js';

describe('schedule.minimum', () => {
  it.each([
    ['schedule={minimum: 6}', 'the 5 that a step asks for', 'Use at most 5.'],
    ['schedule={minimum: 3, cohort: 2}', 'the 2 that a step asks for', 'Use at most 2.'],
    [
      'schedule={mode: buffered, minimum: 3, buffer: {size: 2}}',
      'the 2 that a buffer takes (schedule.buffer.size)',
      'Use at most 2.',
    ],
  ])('that no step can reach is bad input: %s', async (change, why, hint) => {
    await expect(swarmScenario(change).then(prepareScenario)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(
        `schedule.minimum: ${change.includes('6') ? 6 : 3} uploads are more than ${why}`,
      ) as unknown,
      hint,
    });
  });

  it('may be all that are asked, and a buffer may be small where there is none', async () => {
    const given = [
      ['schedule={mode: buffered, minimum: 5}'],
      ['schedule={mode: buffered, minimum: 3, buffer: {size: 2}}', 'method.rounds=0'],
    ];
    for (const changes of given) await (await prepareScenario(await swarmScenario(...changes))).close();
  });
});

it('more scores than can be kept are refused before any feature is computed', async () => {
  const scenario = tiny({ clients: 700 });
  const onFeatures = vi.fn();
  const options = { cacheFolder: temporaryFolder(), workers: 'inline' } as const;
  await expect(prepareRun([{ fromRound: 0, scenario }], options, onFeatures)).rejects.toThrow(
    '700 clients are too many to evaluate',
  );
  expect(onFeatures).not.toHaveBeenCalled();
});
