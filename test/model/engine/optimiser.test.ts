import { describe, expect, it } from 'vitest';
import { initialTrainingState } from '../../../src/model/engine/engine.js';
import { engines } from './engines.js';

describe.each(engines)('gradient descent by engine %s', (_, create) => {
  it('takes a step of the learning rate along the gradient, and has no moments', async () => {
    const engine = await create();
    const step = engine.compileTraining('parabola', {
      parameters: [[2], [1]],
      inputs: [[2]],
      optimiser: { kind: 'gradient-descent', learningRate: 0.5 },
      loss: (ops, [w], [target]) => ops.multiply(ops.sum(ops.square(ops.subtract(w, target))), 0.5),
    });
    const start = initialTrainingState([Float32Array.of(1, -2), Float32Array.of(7)]);
    const first = await step.run(start, [Float32Array.of(3, 2)]);
    expect(first.loss).toBe(10);
    expect(first.state.parameters.map((block) => [...block])).toEqual([[2, 0], [7]]);
    const second = await step.run(first.state, [Float32Array.of(3, 2)]);
    expect([...second.state.parameters[0]]).toEqual([2.5, 1]);
    expect(second.state).toMatchObject({
      firstMoments: start.firstMoments,
      secondMoments: start.secondMoments,
      step: 2,
    });
    await engine.dispose();
  });
});
