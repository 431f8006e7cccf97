import { describe, expect, it } from 'vitest';
import { methods, type MethodName } from '../../../src/model/methods/registry.js';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { temporaryFolder } from '../../support/tiny.js';

/** Anomalies nine deviations off: who learns anything finds them. */
const easy = {
  name: 'easy',
  clients: 4,
  data: {
    source: 'features',
    channels: 24,
    grid: 6,
    products: 2,
    defectShift: 9,
    trainImages: 16,
    minimumTrainImages: 10,
    testGood: 12,
    testDefective: 12,
  },
  evaluate: { rounds: [] },
};
const method = { alignment: 'none', memory: { local: 60 }, training: { batchSize: 256 } };

const rivals = Object.keys(methods).filter((name): name is MethodName =>
  /-(cfa|simplenet|svdd|autoencoder)$/.test(name),
);
const folder = temporaryFolder();

describe.each(rivals)('%s, with its default settings', (name) => {
  it('lowers its loss and finds easy anomalies', async () => {
    const scenario = parseScenario({ ...easy, method: { ...method, name } }, 'easy');
    const { result } = await runScenario(scenario, {
      cacheFolder: folder,
      workers: 'inline',
      results: 'off',
    });
    expect(result.mean.own!.imageAuroc).toBeGreaterThan(0.8);
    const losses = result.rounds.flatMap(({ loss }) => loss ?? []);
    expect(losses).toHaveLength(4);
    expect(losses[3]).toBeLessThan(losses[0]);
  });
});
