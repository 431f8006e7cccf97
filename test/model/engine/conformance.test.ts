import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import {
  initialTrainingState,
  type Engine,
  type TrainingDefinition,
} from '../../../src/model/engine/engine.js';
import type { Definition } from '../../../src/model/engine/ops.js';
import { defaultAdam } from '../../../src/model/engine/optimiser.js';
import { sizeOf } from '../../../src/model/engine/shapes.js';
import { createReferenceEngine } from '../../support/reference-engine.js';
import { engines, sameBits } from './engines.js';
import { operationCases } from './operations.js';

declare module 'vitest' {
  interface TaskMeta {
    /** Largest absolute difference from the reference. */
    maximumError?: number;
  }
}

/** Every engine must agree with the float64 reference, operation by operation and over a training. */
describe.each(engines)('engine %s', (_, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  const reference = createReferenceEngine();
  afterAll(() => engine.dispose());

  it.for(operationCases)('$name', async ({ name, shapes, positive, build }, { task }) => {
    const random = stream(2, 'conformance', name);
    const inputs = shapes.map((shape) =>
      Float32Array.from({ length: sizeOf(shape) }, () =>
        positive ? 0.5 + random.uniform() : random.normal(),
      ),
    );
    const define: Definition = (ops, values) => [build(ops, values)];
    const [actual] = await engine.compile(name, shapes, define).run(inputs);
    const [expected] = await reference.compile(name, shapes, define).run(inputs);
    expect(actual.constructor).toBe(expected.constructor);
    expect(actual).toHaveLength(expected.length);
    task.meta.maximumError = Math.max(...Array.from(actual, (value, at) => Math.abs(value - expected[at])));
    actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 4));
  });

  const definition: TrainingDefinition = {
    parameters: [[4, 4], [4]],
    inputs: [
      [8, 4],
      [8, 4],
    ],
    optimiser: { ...defaultAdam, learningRate: 0.02 },
    loss(ops, [weight, bias], [x, target]) {
      const hidden = ops.relu(ops.add(ops.matmul(x, weight), bias));
      return ops.mean(ops.square(ops.subtract(hidden, target)));
    },
  };
  const random = stream(3, 'training');
  const numbers = (length: number) => Float32Array.from({ length }, () => random.normal());
  const inputs = [numbers(32), numbers(32)];
  const start = initialTrainingState([numbers(16), numbers(4)]);

  it('takes the same training steps as the reference', async () => {
    const step = engine.compileTraining('test', definition);
    const expected = reference.compileTraining('test', definition);
    let [ours, theirs] = [start, start];
    const losses: number[] = [];
    for (let count = 0; count < 50; count++) {
      const mine = await step.run(ours, inputs);
      const other = await expected.run(theirs, inputs);
      if (count === 0) {
        mine.state.parameters.forEach((block, index) =>
          block.forEach((value, at) => expect(value).toBeCloseTo(other.state.parameters[index][at], 5)),
        );
      }
      expect(mine.loss).toBeCloseTo(other.loss, 3);
      losses.push(mine.loss);
      [ours, theirs] = [mine.state, other.state];
    }
    expect(losses.at(-1)!).toBeLessThan(losses[0] * 0.8);
    expect(ours.step).toBe(50);
  });

  it.runIf(sameBits)('computes the same bits again, and for rows in any batch', async () => {
    const points = numbers(64 * 32);
    const centres = numbers(32 * 20);
    const run = async (rows: number, from: number) => {
      const program = engine.compile(
        'rows',
        [
          [rows, 32],
          [32, 20],
        ],
        (ops, [a, b]) => [ops.matmul(a, b)],
      );
      return (await program.run([points.slice(from * 32, (from + rows) * 32), centres]))[0];
    };
    const whole = await run(64, 0);
    expect(await run(64, 0)).toEqual(whole);
    expect(await run(16, 16)).toEqual(whole.slice(16 * 20, 32 * 20));
  });

  it('writes outputs into blocks that are given, and nowhere else', async () => {
    const program = engine.compile('into', [[2, 3]], (ops, [a]) => {
      const { values, indices } = ops.smallest(a, 2);
      return [ops.add(a, 1), indices, values];
    });
    const input = Float32Array.of(3, 1, 2, 6, 5, 4);
    const [sums, indices, values] = await program.run([input]);
    const around = new Float32Array(10).fill(-7);
    const places = [around.subarray(2, 8), new Int32Array(4), undefined];
    const found = await program.run([input], places);
    expect(found[0]).toBe(places[0]);
    expect(found[1]).toBe(places[1]);
    expect([...around]).toEqual([-7, -7, ...sums, -7, -7]);
    expect([...found[1]]).toEqual([...indices]);
    expect([...found[2]]).toEqual([...values]);
    // What was given before is the caller's: the next run leaves it alone.
    await program.run([input.map((value) => 10 * value)]);
    expect([...places[0]!]).toEqual([...sums]);
  });

  it('lets go of old programs and still runs them when asked again', async () => {
    for (let size = 1; size <= 60; size++) {
      const program = engine.compile('grow', [[size]], (ops, [a]) => [ops.add(a, 1)]);
      expect((await program.run([new Float32Array(size)]))[0]).toHaveLength(size);
    }
    const again = engine.compile('grow', [[1]], (ops, [a]) => [ops.add(a, 1)]);
    expect([...(await again.run([Float32Array.of(1)]))[0]]).toEqual([2]);
  });
});
