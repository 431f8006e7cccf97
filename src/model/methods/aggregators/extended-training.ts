import type { Engine, TrainingDefinition } from '../../engine/engine.js';
import type { Ops, Value } from '../../engine/ops.js';
import type { Optimiser } from '../../engine/optimiser.js';
import type { Shape } from '../../engine/shapes.js';

/** What an aggregator changes of its clients' training steps, whatever they train. */
export interface Extension {
  /** Names the change: equal keys promise an equal one, but for the numbers of the blocks. */
  readonly key: string;
  /** In the place of the learner's own. */
  readonly optimiser?: Optimiser;
  /** Numbers that the term needs, the same in every step of a round. */
  readonly blocks: readonly { readonly shape: Shape; readonly data: Float32Array }[];
  /** A scalar to be added to the loss. */
  term<V extends Value>(ops: Ops<V>, given: TermInput<V>): V;
}

export interface TermInput<V extends Value> {
  readonly parameters: readonly V[];
  /** Of the learner's own loss. */
  readonly inputs: readonly V[];
  /** {@link Extension.blocks} */
  readonly blocks: readonly V[];
}

/** The engine, but with every training step extended: a learner trains with it as with any other. */
export function extendedTraining(engine: Engine, extension: Extension): Engine {
  const data = extension.blocks.map((block) => block.data);
  return {
    ...engine,
    compileTraining(key, definition) {
      const step = engine.compileTraining(
        `${key} ${extension.key}`,
        extendedDefinition(definition, extension),
      );
      return { run: (state, inputs) => step.run(state, [...inputs, ...data]) };
    },
  };
}

/** Its inputs are those of the definition, then the extension's blocks. */
export function extendedDefinition(definition: TrainingDefinition, extension: Extension): TrainingDefinition {
  const own = definition.inputs.length;
  return {
    ...definition,
    inputs: [...definition.inputs, ...extension.blocks.map(({ shape }) => shape)],
    optimiser: extension.optimiser ?? definition.optimiser,
    loss(ops, parameters, given) {
      const inputs = given.slice(0, own);
      const loss = definition.loss(ops, parameters, inputs);
      return ops.add(loss, extension.term(ops, { parameters, inputs, blocks: given.slice(own) }));
    },
  };
}
