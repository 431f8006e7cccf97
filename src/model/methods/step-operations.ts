import type { TrainingDefinition } from '../engine/engine.js';
import { countOperations } from '../engine/operations.js';
import type { Definition } from '../engine/ops.js';
import type { Shape } from '../engine/shapes.js';
import { trace } from '../engine/trace.js';
import { traceTrainingStep } from '../engine/training-step.js';

/** A step of training with a name: equal keys promise as many operations. */
export interface NamedStep {
  readonly key: string;
  define(): TrainingDefinition;
}

/** Counts at hand: costs are asked for at every job, and there are as many as kinds of jobs. */
const mostKnown = 1000;
const known = new Map<string, number>();

/** Floating-point operations of a training step: forward, backward and optimiser. */
export function stepOperations({ key, define }: NamedStep): number {
  return counted(`step ${key}`, () => countOperations(traceTrainingStep(define())));
}

/** The same of a program. @param key names its definition, but for its shapes */
export function programOperations(key: string, shapes: readonly Shape[], define: Definition): number {
  return counted(`program ${key} ${JSON.stringify(shapes)}`, () => countOperations(trace(shapes, define)));
}

function counted(key: string, count: () => number): number {
  let operations = known.get(key);
  if (operations === undefined) {
    if (known.size >= mostKnown) known.clear();
    known.set(key, (operations = count()));
  }
  return operations;
}
