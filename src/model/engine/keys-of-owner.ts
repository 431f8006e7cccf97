import type { Engine } from './engine.js';

/** The same engine, to whom a key is the owner's alone: other owners' definitions may have the same keys. */
export function withKeysOf(owner: string, engine: Engine): Engine {
  const ownKey = (key: string) => `${owner} ${key}`;
  return {
    ...engine,
    compile: (key, inputShapes, define) => engine.compile(ownKey(key), inputShapes, define),
    compileTraining: (key, definition) => engine.compileTraining(ownKey(key), definition),
  };
}
