import { sameShape, sizeOf, type Shape } from '../engine/shapes.js';
import {
  callOwn,
  isPinned,
  loadedParts,
  ownPartError,
  see,
  unpinned,
  type PinnedModule,
} from '../own-part.js';
import { generators, type Generator, type GeneratorName } from './generator.js';

const loaded = loadedParts<Generator>('generator');

/** A generator by its name. A module's must have been loaded in this thread. */
export function generatorNamed(name: GeneratorName): Generator {
  return isPinned(name) ? loaded.get(name) : generators[name];
}

export function isGeneratorLoaded(name: PinnedModule): boolean {
  return loaded.has(name);
}

const members = ['parameterShapes', 'initialise', 'embed'] as const;

/** @throws FeddymemError (bad-input) when a module's export is no generator */
export function addOwnGenerator(name: PinnedModule, exported: unknown): void {
  const { path } = unpinned(name);
  const given = (exported ?? {}) as Partial<Record<string, unknown>>;
  const absent = members.filter((member) => typeof given[member] !== 'function');
  if (absent.length > 0) {
    const problem =
      exported === undefined
        ? 'exports no generator'
        : `exports a generator without the function ${absent.join(', ')}`;
    const hint = `Write: export const generator = { ${members.join(', ')} }, three functions; ${see}`;
    throw ownPartError('generator', path, problem, hint);
  }
  loaded.add(name, checked(path, exported as Generator));
}

/** The generator with its promises about shapes checked, and errors that name its file. */
function checked(path: string, generator: Generator): Generator {
  const call = <T>(member: (typeof members)[number], run: () => T) => callOwn('generator', path, member, run);
  const problem = (text: string, hint: string) => ownPartError('generator', path, text, `${hint}; ${see}`);

  function parameterShapes(dimensions: number): readonly Shape[] {
    const shapes: unknown = call('parameterShapes', () => generator.parameterShapes(dimensions));
    if (Array.isArray(shapes) && shapes.every(isShape)) return shapes;
    throw problem(
      `returns ${JSON.stringify(shapes)} from parameterShapes, not a list of shapes`,
      'A shape is a list of whole numbers from 1 up, such as [dimensions, 8]',
    );
  }

  return {
    parameterShapes,
    initialise(dimensions, random) {
      const shapes = parameterShapes(dimensions);
      const blocks: unknown = call('initialise', () => generator.initialise(dimensions, random));
      const fits =
        Array.isArray(blocks) &&
        blocks.length === shapes.length &&
        blocks.every((block, at) => block instanceof Float32Array && block.length === sizeOf(shapes[at]));
      if (fits) return blocks as readonly Float32Array[];
      throw problem(
        `returns other parameters from initialise than parameterShapes says: ${describe(blocks)}`,
        `Return ${shapes.map((shape) => `Float32Array(${sizeOf(shape)})`).join(', ') || 'no block'} in a list`,
      );
    },
    embed(ops, parameters, points) {
      const value = call('embed', () => generator.embed(ops, parameters, points));
      const shape = (value as { shape?: readonly number[] } | undefined)?.shape;
      if (shape && sameShape(shape, points.shape)) return value;
      throw problem(
        `returns ${shape ? `shape [${shape.join(', ')}]` : 'no value'} from embed for points of shape [${points.shape.join(', ')}]`,
        'Return as many rows and columns as the points have',
      );
    },
  };
}

function isShape(value: unknown): value is Shape {
  return Array.isArray(value) && value.every((size) => Number.isInteger(size) && size >= 1);
}

function describe(blocks: unknown): string {
  if (!Array.isArray(blocks)) return `something of type ${typeof blocks}`;
  const names = blocks.map((block: unknown) =>
    ArrayBuffer.isView(block)
      ? `${block.constructor.name}(${(block as Float32Array).length})`
      : `something of type ${typeof block}`,
  );
  return names.join(', ') || 'no block';
}
