import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { matrix, rowsOf, type Matrix } from '../../../src/base/tensor.js';
import type { Engine } from '../../../src/model/engine/engine.js';
import { createEngine } from '../../../src/model/engine/registry.js';
import { embedRows } from '../../../src/model/generator/embed.js';
import { generators } from '../../../src/model/generator/generator.js';
import { engineDistances } from '../../../src/model/routines/nearest.js';

function drawn(name: string, rows: number, columns: number): Matrix {
  const result = matrix(rows, columns);
  stream('batch', name).fillNormal(result.data);
  return result;
}

/** The rows in parts of given lengths, each in a call of its own. */
function partsOf(source: Matrix, lengths: readonly number[]): Matrix[] {
  let start = 0;
  return lengths.map((length) => rowsOf(source, start, (start += length)));
}

const points = drawn('points', 1000, 48);
const centres = drawn('centres', 130, 48);
const splits = [[1000], [1, 999], [137, 363, 500], Array.from({ length: 40 }, () => 25)];

describe.each(['onnx', 'wasm'] as const)('the bits of %s do not depend on how rows are split', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine(name);
  });
  afterAll(() => engine.dispose());

  it('in what lowers distances, as in all of them', async () => {
    const { squared, lower } = engineDistances(engine);
    for (const count of [...Array.from({ length: 40 }, (_, few) => few + 1), 63, 64]) {
      const chosen = rowsOf(centres, 0, count);
      const kept = Array.from({ length: count }, (_, centre) => count === 1 || centre % 3 === 1);
      const all = await squared(points, chosen);
      const expected = Float32Array.from({ length: points.rows }, (_, point) =>
        Math.min(50, ...kept.flatMap((isKept, centre) => (isKept ? [all[point * count + centre]] : []))),
      );
      const least = new Float32Array(points.rows).fill(50);
      await lower(least, points, chosen, kept);
      expect(least).toEqual(expected);
      // Candidates among themselves, as rows of the whole.
      const among = await squared(rowsOf(points, 0, count), chosen);
      expect(among).toEqual(all.slice(0, count * count));
    }
  });

  it('in the search for the nearest', async () => {
    const { nearest } = engineDistances(engine);
    const whole = await nearest(points, centres, 3);
    for (const split of splits) {
      const found = [];
      for (const part of partsOf(points, split)) found.push(await nearest(part, centres, 3));
      expect(found.flatMap(({ indices }) => [...indices])).toEqual([...whole.indices]);
      expect(found.flatMap(({ squared }) => [...squared])).toEqual([...whole.squared]);
    }
  });

  it.each(['linear', 'residual-mlp'] as const)('in the embedding by %s', async (generator) => {
    const parameters = generators[generator]
      .initialise(48, stream('batch', 'parameters'))
      .map((block, index) => block.map((value, at) => value + 0.01 * ((at + index) % 7)));
    const whole = await embedRows(engine, generator, parameters, points);
    for (const split of splits) {
      const found: number[] = [];
      for (const part of partsOf(points, split))
        found.push(...(await embedRows(engine, generator, parameters, part)).data);
      expect(found).toEqual([...whole.data]);
    }
  });
});
