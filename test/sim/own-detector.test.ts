import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { averageStep, encodeBlocks, fedavg, type ServerContext } from '../../src/model/methods/index.js';
import { loadScenario, parseOverride } from '../../src/sim/scenario/load.js';
import { runScenario } from '../../src/sim/run/run-scenario.js';
import { temporaryFolder } from '../support/tiny.js';

const run = async (...set: string[]) =>
  runScenario(await loadScenario(resolve('examples/own-detector.yaml'), set.map(parseOverride)), {
    ...{ cacheFolder: temporaryFolder(), workers: 'inline', results: 'off', check: true },
  });

it('a method of one’s own scores images by the detectors that it makes', async () => {
  const { result, states, store } = await run();
  expect(result.mean.own!.imageAuroc).toBeGreaterThan(0.85);
  // Everybody has the same memory.
  expect(new Set(result.clients.map(({ global }) => global!.imageAuroc)).size).toBe(1);
  const detectors = [...states.clients.values()].map(({ detector }) => detector);
  expect(new Set(detectors.map(({ hash }) => hash)).size).toBe(1);
  expect(store.get(detectors[0]).byteLength).toBeGreaterThan(6 * 20 * 16 * 4);
});

it('is the same for any number of rounds, for it has none', async () => {
  const [none, two] = [await run(), await run('method.rounds=2')];
  expect(two.result.mean).toEqual(none.result.mean);
});

it('blocks of another name are not averaged to nothing', () => {
  const message = encodeBlocks([Float32Array.of(1, 2)], 'p');
  const context = { uploads: [{ client: 'client-1', message, weight: 1 }] } as unknown as ServerContext;
  expect(() => averageStep(fedavg)(context)).toThrow(
    'the upload of client client-1 has no parameters to average',
  );
});
