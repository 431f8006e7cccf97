import type { TrainingDefinition } from './engine.js';
import { gradientsOf } from './gradient.js';
import { optimiserUpdate } from './optimiser.js';
import type { Shape } from './shapes.js';
import { tracer, type Graph } from './trace.js';

/** Inputs of a training step: parameters, first moments, second moments, bias corrections, then the loss's inputs. */
export function trainingInputShapes({ parameters, inputs }: TrainingDefinition): Shape[] {
  return [...parameters, ...parameters, ...parameters, [2], ...inputs];
}

/** Loss, gradients and optimiser as one graph: outputs are the loss, then parameters and both moments. */
export function traceTrainingStep(definition: TrainingDefinition): Graph {
  const { ops, input } = tracer();
  const inputs = trainingInputShapes(definition).map((shape, position) => input(position, shape));
  const count = definition.parameters.length;
  const parameters = inputs.slice(0, count);
  const corrections = inputs[3 * count];
  const loss = definition.loss(ops, parameters, inputs.slice(3 * count + 1));
  const gradients = gradientsOf(ops, loss, parameters);
  const updated = parameters.map((parameter, index) =>
    optimiserUpdate(
      ops,
      definition.optimiser,
      { parameter, firstMoment: inputs[count + index], secondMoment: inputs[2 * count + index] },
      gradients[index],
      corrections,
    ),
  );
  const outputs = [
    loss,
    ...updated.map((state) => state.parameter),
    ...updated.map((state) => state.firstMoment),
    ...updated.map((state) => state.secondMoment),
  ];
  return { inputs, outputs };
}
