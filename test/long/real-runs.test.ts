import { describe, expect, it } from 'vitest';
import { runScenario } from '../../src/sim/run/run-scenario.js';
import { loadScenario } from '../../src/sim/scenario/load.js';
import { dataFolder, hasData, withoutData } from '../support/data.js';
import { temporaryFolder } from '../support/tiny.js';

const cacheFolder = process.env.FEDDYMEM_CACHE ?? temporaryFolder();

/** Mean image AUROC over three seeds, in both views. */
async function threeSeeds(path: string) {
  const scenario = await loadScenario(path);
  let own = 0;
  let global = 0;
  for (const seed of [1, 2, 3]) {
    const { result } = await runScenario({ ...scenario, seed }, { cacheFolder, dataFolder });
    own += result.mean.own!.imageAuroc! / 3;
    global += result.mean.global!.imageAuroc! / 3;
  }
  return { own, global };
}

describe.skipIf(!hasData)(`real images ${hasData ? '' : `(${withoutData})`}`, () => {
  it('six exposures of one product', async () => {
    const { own, global } = await threeSeeds('scenarios/tile-exposures.yaml');
    expect(own).toBeGreaterThanOrEqual(0.86);
    expect(global).toBeGreaterThanOrEqual(0.85);
  });

  it('six products', async () => {
    const { own, global } = await threeSeeds('scenarios/mixed-six.yaml');
    expect(own).toBeGreaterThanOrEqual(0.85);
    expect(global).toBeGreaterThanOrEqual(0.8);
  });
});

describe('the embedded demo', () => {
  it('beats the same learner without exchange, clearly where products are foreign', async () => {
    const scenario = await loadScenario('scenarios/demo.yaml');
    const quiet = { ...scenario, evaluate: { ...scenario.evaluate, rounds: [] } };
    const shared = await runScenario(quiet, { cacheFolder });
    const alone = await runScenario(
      { ...quiet, method: { ...quiet.method, name: 'local' } },
      { cacheFolder },
    );
    expect(shared.result.mean.global!.imageAuroc! - alone.result.mean.global!.imageAuroc!).toBeGreaterThan(
      0.2,
    );
    expect(shared.result.mean.own!.imageAuroc!).toBeGreaterThan(alone.result.mean.own!.imageAuroc! - 0.02);
  });
});
