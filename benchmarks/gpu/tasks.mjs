// The training benchmark of benchmarks/engines, as data: each task returns a function that does the work once.
import { stream } from '../../dist/base/random.js';
import { matrix } from '../../dist/base/tensor.js';
import { bankOfPoints, emptyBank } from '../../dist/memory/memory-bank.js';
import { initialTrainingState } from '../../dist/model/engine/engine.js';
import { defaultAdam } from '../../dist/model/engine/optimiser.js';
import { generators } from '../../dist/model/generator/generator.js';
import { trainGenerator } from '../../dist/model/loss/training.js';
import { engineDistances } from '../../dist/model/routines/nearest.js';

const random = stream(1, 'benchmark');
const numbers = (rows, columns) =>
  matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
const [left, right] = [numbers(512, 512), numbers(512, 512)];
const [patches, slots] = [numbers(4096, 128), numbers(1000, 128)];

export const tasks = {
  'product 512³': (engine) => {
    const shapes = [
      [512, 512],
      [512, 512],
    ];
    const program = engine.compile('product', shapes, (ops, [a, b]) => [ops.sum(ops.matmul(a, b))]);
    return () => program.run([left.data, right.data]);
  },
  // Forward, backward and Adam: seven products of 512³.
  'step of a 512-512-512 MLP': (engine) => {
    const step = engine.compileTraining('mlp', {
      parameters: generators['residual-mlp'].parameterShapes(512),
      inputs: [[512, 512]],
      optimiser: defaultAdam,
      loss: (ops, parameters, [x]) =>
        ops.mean(ops.square(generators['residual-mlp'].embed(ops, parameters, x))),
    });
    const state = initialTrainingState(generators['residual-mlp'].initialise(512, stream(1, 'start')));
    return () => step.run(state, [left.data]);
  },
  '10 FedDyMem steps, 128 patches': (engine) => {
    const settings = { loss: 'hypersphere', replay: 'none', replayShare: 0, steps: 10, batchSize: 128 };
    const input = {
      points: patches,
      local: bankOfPoints(slots),
      global: emptyBank(128),
      squaredRadius: 100,
    };
    const state = initialTrainingState(generators.linear.initialise(128, stream(1, 'start')));
    return () =>
      trainGenerator(
        engine,
        { generator: 'linear', learningRate: 1e-3, ...settings },
        input,
        state,
        stream(1, 'steps'),
      );
  },
  '6 nearest of 1000, 4096 patches': (engine) => () => engineDistances(engine).nearest(patches, slots, 6),
};
