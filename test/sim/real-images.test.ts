import { describe, expect, it } from 'vitest';
import { runScenario } from '../../src/sim/run/run-scenario.js';
import { loadScenario } from '../../src/sim/scenario/load.js';
import { dataFolder, hasData, withoutData } from '../support/data.js';
import { temporaryFolder } from '../support/tiny.js';

describe.skipIf(!hasData)(`tiles ${hasData ? '' : `(${withoutData})`}`, () => {
  it('of three exposures, ten images each: features once, better than chance by far, masks measured', async () => {
    const scenario = await loadScenario('scenarios/tile-exposures.yaml', [
      { path: ['data', 'partition', 'pattern'], value: '^(exp[1-3])_' },
      { path: ['data', 'limits'], value: { train: 10, testGood: 8, testDefective: 12 } },
      { path: ['method', 'memory'], value: { local: 100, upload: 50, global: 120 } },
      { path: ['method', 'rounds'], value: 1 },
      { path: ['method', 'training', 'steps'], value: 10 },
    ]);
    const cacheFolder = temporaryFolder();
    const computed: number[] = [];
    const run = () =>
      runScenario(scenario, {
        cacheFolder,
        dataFolder,
        workers: 2,
        onProgress: (event) =>
          event.kind === 'features' && event.done === event.total && computed.push(event.computed),
      });
    const { result } = await run();
    expect(result.clients.map(({ id, trainImages, testImages }) => [id, trainImages, testImages])).toEqual(
      ['exp1', 'exp2', 'exp3'].map((id) => [id, 10, 20]),
    );
    expect(result.mean.own!.imageAuroc!).toBeGreaterThan(0.7);
    expect(result.mean.global!.imageAuroc!).toBeGreaterThan(0.7);
    expect(result.mean.own!.pixelAuroc!).toBeGreaterThan(0.6);
    expect(result.mean.own!.aupro!).toBeGreaterThan(0.4);
    const again = await run();
    expect(again.result.journalDigest).toBe(result.journalDigest);
    expect(computed).toEqual([90, 0]);
  }, 240_000);
});
