import { afterAll, describe, expect, it } from 'vitest';
import { readFloat32, vectorTensor, type TensorMap } from '../../../../src/base/tensor.js';
import { initialTrainingState, type TrainingDefinition } from '../../../../src/model/engine/engine.js';
import { createOnnxEngine } from '../../../../src/model/engine/onnx/engine.js';
import type { LocalRound } from '../../../../src/model/methods/aggregators/aggregator.js';
import { extendedTraining } from '../../../../src/model/methods/aggregators/extended-training.js';
import { scaffold } from '../../../../src/model/methods/aggregators/scaffold.js';
import { encodeBlocks } from '../../../../src/model/methods/blocks.js';
import type { ServerContext } from '../../../../src/model/methods/method.js';
import { defaultRival } from '../../../../src/model/methods/rival-settings.js';

const engine = createOnnxEngine();
afterAll(() => engine.dispose());

const learningRate = 0.25;
const steps = 2;
/** A round from x with c and, where there is one, c_i. */
function round(x: number[], c: number[], own: number[] | null): LocalRound {
  return {
    shapes: [[x.length]],
    global: [Float32Array.from(x)],
    context: {
      settings: { rival: { ...defaultRival, scaffold: { learningRate } }, training: { steps } },
      received: encodeBlocks([Float32Array.from(c)], 'control'),
      hasLocal: () => own !== null,
      local: () => encodeBlocks([Float32Array.from(own!)], 'control'),
    },
  } as unknown as LocalRound;
}

describe('SCAFFOLD, on a client', () => {
  it('takes plain gradient steps corrected by c − c_i, exactly', async () => {
    // ½‖w − target‖² has the gradient w − target.
    const definition: TrainingDefinition = {
      parameters: [[2]],
      inputs: [[2]],
      optimiser: { kind: 'gradient-descent', learningRate: 99 },
      loss: (ops, [w], [target]) => ops.multiply(ops.sum(ops.square(ops.subtract(w, target))), 0.5),
    };
    const extension = scaffold.extend!(round([1, 2], [4, -1], [2, 1]))!;
    const step = extendedTraining(engine, extension).compileTraining('parabola', definition);
    const target = Float32Array.of(3, 0);
    const { state } = await step.run(initialTrainingState([Float32Array.of(1, 2)]), [target]);
    // w − 0.25·((w − target) + c − c_i)
    expect([...state.parameters[0]]).toEqual([1 - 0.25 * (1 - 3 + 4 - 2), 2 - 0.25 * (2 - 0 - 1 - 1)]);
    expect(state.step).toBe(1);
  });

  it('moves its control variate by option II: numbers by hand', () => {
    const { local, message } = scaffold.afterTraining!(round([1, 2], [4, -1], [2, 1]), [
      Float32Array.of(0, 3),
    ]);
    // c_i − c + (x − y) / (2 · 0.25)
    expect([...readFloat32(local.control!, 'control.0')]).toEqual([2 - 4 + 2, 1 + 1 - 2]);
    expect([...readFloat32(message, 'control.0')]).toEqual([-4 + 2, 1 - 2]);
  });

  it('starts from a control variate of zero, and without steps leaves it there', () => {
    const first = scaffold.afterTraining!(round([1], [0], null), [Float32Array.of(0.5)]);
    expect([...readFloat32(first.local.control!, 'control.0')]).toEqual([1]);
    const still = round([1], [3], null);
    const settings = {
      ...still.context.settings,
      training: { ...still.context.settings.training, steps: 0 },
    };
    const nothing = scaffold.afterTraining!({ ...still, context: { ...still.context, settings } }, [
      Float32Array.of(1),
    ]);
    expect([...readFloat32(nothing.message, 'control.0')]).toEqual([0]);
  });
});

describe('SCAFFOLD, on the server', () => {
  const upload = (client: string, patches: number, change: number) => ({
    client,
    weight: 1,
    message: {
      ...encodeBlocks([Float32Array.of(change)], 'control'),
      patches: vectorTensor(Float64Array.of(patches)),
    },
  });
  const combine = (control: TensorMap | null, ...uploads: ReturnType<typeof upload>[]) =>
    scaffold.combine!({
      uploads,
      hasLocal: () => control !== null,
      local: () => control,
    } as unknown as ServerContext);

  it('keeps c the mean of the variates of all who ever answered, by their patches', () => {
    const first = combine(null, upload('a', 1, 4), upload('b', 3, 8));
    expect([...readFloat32(first.message, 'control.0')]).toEqual([(4 + 24) / 4]);
    // b alone answers, and moves to 8 − 2; then c comes for the first time.
    const second = combine(first.local.control!, upload('b', 3, -2));
    expect([...readFloat32(second.message, 'control.0')]).toEqual([(4 + 18) / 4]);
    const third = combine(second.local.control!, upload('c', 4, 1));
    expect([...readFloat32(third.message, 'control.0')]).toEqual([(4 + 18 + 4) / 8]);
  });
});
