import type { Engine } from '../../model/engine/engine.js';
import { beginSpan } from './spans.js';

/** An engine whose calls leave spans: the whole call, and the part of it inside the engine's library. */
export function profiledEngine(engine: Engine): Engine {
  async function spanned<R>(name: string, call: () => Promise<R>): Promise<R> {
    const end = beginSpan('engine', name);
    const before = engine.busyMilliseconds();
    try {
      return await call();
    } finally {
      end({ computeMilliseconds: engine.busyMilliseconds() - before });
    }
  }
  return {
    ...engine,
    compile(key, shapes, define) {
      const program = engine.compile(key, shapes, define);
      const name = `${key} ${shapes.map((shape) => shape.join('×')).join(', ')}`;
      return { run: (...given) => spanned(name, () => program.run(...given)) };
    },
    compileTraining(key, definition) {
      const step = engine.compileTraining(key, definition);
      return { run: (...given) => spanned(`train ${key}`, () => step.run(...given)) };
    },
  };
}
