import { describe, expect, it } from 'vitest';
import { runScenario, type FinishedRun, type RunOptions } from '../../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { merged, temporaryFolder } from '../../support/tiny.js';
import { smallScenario } from '../testing/samples.js';

const cacheFolder = temporaryFolder();
/** Its uploads come a round or two late. */
const slow = { 'client-2': { link: { uploadMbit: 0.0002 } } };

function run(changes: Record<string, unknown>, options: Partial<RunOptions> = {}): Promise<FinishedRun> {
  const scenario = merged({ ...smallScenario, fleet: { clients: slow } }, changes);
  return runScenario(parseScenario(scenario, 'slow'), {
    ...{ cacheFolder, workers: 'inline', results: 'off' },
    ...options,
  });
}

const traffic = ({ result }: FinishedRun) => ({
  bytes: result.bytes,
  joules: result.joules,
  virtualSeconds: result.virtualSeconds,
  rounds: result.rounds.map(({ own: _, global: __, finishingBytes: ___, ...facts }) => facts),
});

describe.each([
  ['a deadline', { schedule: { deadline: 5 }, method: { rounds: 4 } }],
  ['a buffer', { schedule: { mode: 'buffered', buffer: { size: 2 } }, method: { rounds: 4 } }],
])('with %s, what comes late counts in the round it belongs to', (_, changes) => {
  it('whenever a round is evaluated, and whether it is', async () => {
    const evaluated = { ...changes, evaluate: { rounds: ['own'] } };
    const asTheyEnd = await run(evaluated);
    const together = await run(evaluated, { roundsAtEnd: true });
    const never = await run({ ...changes, evaluate: { rounds: [] } });
    expect(traffic(together)).toEqual(traffic(asTheyEnd));
    expect(traffic(never)).toEqual(traffic(asTheyEnd));
  });

  it('so that rounds have all the bytes that clients moved', async () => {
    const finished = await run({ ...changes, evaluate: { rounds: [] } });
    const told: unknown[] = [];
    await run(
      { ...changes, evaluate: { rounds: [] } },
      {
        onProgress: (progress) => {
          if (progress.kind === 'round') told.push(progress.round.virtualSeconds);
        },
      },
    );
    const { bytes, clients, rounds } = finished.result;
    const moved = clients.reduce((sum, { bytesUp, bytesDown }) => sum + bytesUp + bytesDown, 0);
    expect(bytes.up + bytes.down + bytes.once).toBe(moved);
    // Some came when its round had been told already.
    expect(rounds.map(({ virtualSeconds }) => virtualSeconds)).not.toEqual(told);
  });
});
