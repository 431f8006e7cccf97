import type { Matrix } from '../../base/tensor.js';
import type { Engine } from '../engine/engine.js';
import { mapRows } from '../routines/rows.js';
import { generators, type GeneratorName } from './generator.js';
import { generatorNamed } from './own-generator.js';

/** g(y) for every row. */
export function embedRows(
  engine: Engine,
  name: GeneratorName,
  parameters: readonly Float32Array[],
  points: Matrix,
): Promise<Matrix> {
  const generator = generatorNamed(name);
  if (generator === generators.none) return Promise.resolve(points);
  const shapes = generator.parameterShapes(points.columns);
  return mapRows(engine, points, {
    key: `embed ${name}`,
    columns: points.columns,
    shared: parameters.map((data, index) => ({ shape: shapes[index], data })),
    define: (ops, rows, shared) => generator.embed(ops, shared, rows),
  });
}
