import { afterAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../../src/base/safetensors.js';
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
    expect(message).toEqual(local.control);
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
  const upload = (client: string, patches: number, ...control: number[]) => ({
    client,
    weight: 1,
    message: {
      ...encodeBlocks([Float32Array.from(control)], 'control'),
      patches: vectorTensor(Float64Array.of(patches)),
    },
  });
  /** A server that keeps its entries from step to step: takes uploads, gives c. */
  function server() {
    const entries = new Map<string, TensorMap>();
    return (...uploads: ReturnType<typeof upload>[]) => {
      const { local, message } = scaffold.combine!({
        uploads,
        hasLocal: (name: string) => entries.has(name),
        local: (name: string) => entries.get(name)!,
      } as unknown as ServerContext);
      for (const [name, entry] of Object.entries(local)) entries.set(name, throughTheWire(entry!));
      return [...readFloat32(message, 'control.0')];
    };
  }
  const throughTheWire = (tensors: TensorMap) => decodeSafetensors(encodeSafetensors(tensors), 'an entry');

  it('keeps c the mean of the variates of all who ever answered, by their patches', () => {
    const combine = server();
    expect(combine(upload('a', 1, 4), upload('b', 3, 8))).toEqual([(4 + 24) / 4]);
    // b alone answers, and moves to 6; then c comes for the first time.
    expect(combine(upload('b', 3, 6))).toEqual([(4 + 18) / 4]);
    expect(combine(upload('c', 4, 1))).toEqual([(4 + 18 + 4) / 8]);
  });

  it('takes a client for as many patches as it last said', () => {
    const combine = server();
    combine(upload('a', 1, 4), upload('b', 3, 8));
    expect(combine(upload('a', 5, 4))).toEqual([(20 + 24) / 8]);
  });

  it('has the same c whoever came first, and whatever clients are called', () => {
    const [a, b, c] = [upload('10', 3, 0.1), upload('9', 7, 0.3), upload('__metadata__', 11, 0.7)];
    const forth = server();
    const back = server();
    forth(a);
    forth(b);
    back(c);
    back(b);
    expect(back(a)).toEqual(forth(c));
  });

  it('has in c, after uploads that it did not accept, what it accepted: nothing is missing for good', () => {
    const combine = server();
    let c = [0];
    let own: number[] | null = null;
    /** A round of client a from 1 to `end`, of which the server may hear nothing. */
    const train = (end: number) => {
      const { local } = scaffold.afterTraining!(round([1], c, own), [Float32Array.of(end)]);
      own = [...readFloat32(local.control!, 'control.0')];
      return own;
    };
    c = combine(upload('a', 1, ...train(0.5)), upload('b', 3, 8));
    expect(c).toEqual([(1 + 24) / 4]);
    // Trained, but late or lost: for the server a's variate is still the one before.
    train(0.25);
    c = combine(upload('b', 3, 5));
    expect(c).toEqual([(1 + 15) / 4]);
    // The next answer of a is accepted: c has all of what a moved meanwhile.
    const [now] = train(0.75);
    expect(now).toBe(1 - 25 / 4 + 0.75 / 0.5 - 4 + 0.25 / 0.5);
    expect(combine(upload('a', 1, now))).toEqual([(now + 15) / 4]);
  });

  it('moves c, when everybody answers, by the mean of the changes of c_i, as the paper has it', () => {
    const combine = server();
    const x = [1, 2];
    const ends = { a: [0.5, 2.5], b: [1.5, 0] };
    const changes = (c: number[], end: number[]) => x.map((start, at) => (start - end[at]) / 0.5 - c[at]);
    const mean = (a: number[], b: number[]) => a.map((value, at) => (value + 3 * b[at]) / 4);
    const train = (c: number[], own: number[] | null, end: number[]) =>
      scaffold.afterTraining!(round(x, c, own), [Float32Array.from(end)]).message;
    const numbers = (message: TensorMap) => [...readFloat32(message, 'control.0')];

    const first = { a: numbers(train([0, 0], null, ends.a)), b: numbers(train([0, 0], null, ends.b)) };
    const c = combine(upload('a', 1, ...first.a), upload('b', 3, ...first.b));
    expect(c).toEqual(mean(changes([0, 0], ends.a), changes([0, 0], ends.b)));

    const second = { a: numbers(train(c, first.a, ends.b)), b: numbers(train(c, first.b, ends.a)) };
    const moved = mean(changes(c, ends.b), changes(c, ends.a));
    const next = combine(upload('a', 1, ...second.a), upload('b', 3, ...second.b));
    next.forEach((value, at) => expect(value).toBeCloseTo(c[at] + moved[at], 6));
  });
});
