import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { matrix, type Matrix } from '../../../src/base/tensor.js';
import { clusterPoints } from '../../../src/memory/k-means.js';
import { extractMaps, patchFeatures } from '../../../src/model/backbone/backbone.js';
import { orientedFilters } from '../../../src/model/backbone/oriented-filters.js';
import type { Engine } from '../../../src/model/engine/engine.js';
import { embedRows } from '../../../src/model/generator/embed.js';
import { generators } from '../../../src/model/generator/generator.js';
import { engineDistances } from '../../../src/model/routines/nearest.js';
import { scorePatches } from '../../../src/model/score/detector.js';
import { naiveDistances } from '../../support/naive-distances.js';
import { engines } from './engines.js';

function drawn(name: string, rows: number, columns: number): Matrix {
  const result = matrix(rows, columns);
  stream('whole tasks', name).fillNormal(result.data);
  return result;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-4): void {
  expect(actual.length).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  for (let at = 0; at < actual.length; at++)
    expect(Math.abs(actual[at] - expected[at]) / largest).toBeLessThan(tolerance);
}

const points = drawn('points', 300, 24);
const centres = drawn('centres', 40, 24);
const parameters = generators['residual-mlp']
  .initialise(24, stream('whole tasks', 'parameters'))
  .map((block) => block.map((value, at) => value + 0.02 * (at % 5)));
const backbone = orientedFilters(32);
const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, (_, at) => (at * 7919) % 256);

/** What every engine is compared with. */
const [, createFirst] = engines[0];

describe.each(engines)('whole tasks on %s', (_, create) => {
  let engine: Engine;
  let reference: Engine;
  beforeAll(async () => {
    [engine, reference] = [await create(), await createFirst()];
  });
  afterAll(async () => {
    await engine.dispose();
    await reference.dispose();
  });

  it('nearest slots: as a plain double loop finds them', async () => {
    const found = await engineDistances(engine).nearest(points, centres, 4);
    const expected = await naiveDistances.nearest(points, centres, 4);
    expect([...found.indices]).toEqual([...expected.indices]);
    expectClose(found.squared, expected.squared);
  });

  it('k-means: the same clusters as with a plain double loop', async () => {
    const weights = Float64Array.from({ length: points.rows }, (_, at) => 1 + (at % 3));
    const cluster = (distances: typeof naiveDistances) =>
      clusterPoints(points, weights, 12, 6, stream('whole tasks', 'k-means'), distances);
    const [found, expected] = [await cluster(engineDistances(engine)), await cluster(naiveDistances)];
    expect([...found.assignment]).toEqual([...expected.assignment]);
    expectClose(found.centres.data, expected.centres.data);
  });

  it('backbone and patch features: as the first engine', async () => {
    const features = async (by: Engine) =>
      (await patchFeatures(by, backbone, await extractMaps(by, backbone, pixels), 1)).data;
    expectClose(await features(engine), await features(reference));
  });

  it('embedding and scoring: as the first engine', async () => {
    const embed = (by: Engine) => embedRows(by, 'residual-mlp', parameters, points);
    expectClose((await embed(engine)).data, (await embed(reference)).data);
    const identity = matrix(24, 24);
    for (let axis = 0; axis < 24; axis++) identity.data[axis * 25] = 1;
    const anchors = await embedRows(reference, 'residual-mlp', parameters, centres);
    const calibration = {
      means: new Float64Array(40).fill(3),
      deviations: Float64Array.from({ length: 40 }, (_, slot) => 1 + slot / 40),
    };
    const space = { weights: identity, offset: new Float32Array(24) };
    const detector = { space, generator: 'residual-mlp' as const, parameters, anchors, calibration };
    expectClose(
      await scorePatches(engine, detector, points),
      await scorePatches(reference, detector, points),
    );
  });
});
