import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOverride } from '../../../src/sim/scenario/load.js';
import {
  changeText,
  combinations,
  fieldOf,
  gridDimension,
  overrideOf,
  parseAxis,
  zipDimension,
} from '../../../src/sim/study/axes.js';
import { cellIds } from '../../../src/sim/study/cell-id.js';
import { cellsOf, parseShard } from '../../../src/sim/study/shard.js';
import type { StudyCell } from '../../../src/sim/study/study-file.js';

describe('an axis on the command line', () => {
  it.each([
    ['clients=2,4,8', { axis: 'clients', values: [2, 4, 8] }],
    ['method=feddymem, local', { axis: 'method', values: ['feddymem', 'local'] }],
    ['holdOut=[client-1],[]', { axis: 'holdOut', values: [['client-1'], []] }],
    ['schedule.deadline=1.5,null', { axis: 'schedule.deadline', values: [1.5, null] }],
    ['note="a=b,c"', { axis: 'note', values: ['a=b,c'] }],
  ])('%s', (text, expected) => {
    expect(parseAxis(text, '--grid')).toEqual(expected);
  });

  it.each(['clients', '=2', 'a..b=1', 'clients=', 'clients=[2', 'a=*b'])('refuses %s', (text) => {
    expect(() => parseAxis(text, '--grid')).toThrow(`--grid ${text}`);
  });

  it('has shorthands, but not for a whole block', () => {
    expect(fieldOf({ axis: 'method', value: 'local' })).toBe('method.name');
    expect(fieldOf({ axis: 'rounds', value: 3 })).toBe('method.rounds');
    expect(fieldOf({ axis: 'method', value: { name: 'local' } })).toBe('method');
    expect(fieldOf({ axis: 'method.memory.global', value: 3 })).toBe('method.memory.global');
  });

  it('is not zipped with one of another length', () => {
    expect(() =>
      zipDimension([
        ['a', [1, 2]],
        ['b', [1]],
      ]),
    ).toThrow('a has 2 values, b has 1');
  });
});

const json = fc.jsonValue({ maxDepth: 2 }).filter((value) => !JSON.stringify(value).includes('-0'));

it('a change says in text what it sets', () => {
  fc.assert(
    fc.property(json, (value) => {
      const change = { path: ['data', 'field'], value };
      expect(parseOverride(changeText(change))).toEqual(JSON.parse(JSON.stringify(change)));
    }),
    {
      numRuns: 1000,
      examples: [['@'], ['1'], ['null'], ['- a'], ['a: b'], ['!x'], ['a #b'], ['&a'], ['*a'], ['']],
    },
  );
});

it('modules of a sweep start at its own folder', () => {
  const assignment = { axis: 'method.training.loss', value: './own.mjs' };
  expect(overrideOf(assignment, '/sweeps').value).toBe('/sweeps/own.mjs');
  expect(overrideOf({ ...assignment, value: 'none' }, '/sweeps').value).toBe('none');
});

describe('combinations', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });

  it('are all of them, each once', () => {
    fc.assert(
      fc.property(sizes, (lengths) => {
        const dimensions = lengths.map((length, at) =>
          gridDimension(
            `axis${at}`,
            Array.from({ length }, (_, value) => value),
          ),
        );
        const points = combinations(dimensions);
        expect(points).toHaveLength(lengths.reduce((product, length) => product * length, 1));
        expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length);
        for (const point of points)
          expect(point.map(({ axis }) => axis)).toEqual(lengths.map((_, at) => `axis${at}`));
      }),
    );
  });

  it('change the last axis fastest', () => {
    const points = combinations([gridDimension('a', [1, 2]), gridDimension('b', [3, 4])]);
    expect(points.map((point) => point.map(({ value }) => value))).toEqual([
      [1, 3],
      [1, 4],
      [2, 3],
      [2, 4],
    ]);
  });
});

const cell = (value: string | number, seed = 1): Omit<StudyCell, 'id'> => ({
  axes: { a: value },
  seed,
  changes: [changeText({ path: ['a'], value })],
});

describe("a cell's name", () => {
  it('says what it is', () => {
    const axes = { clients: 4, method: 'fedavg-cfa', 'data.skew': -0.5 };
    expect(cellIds([{ axes, seed: 3, changes: [] }])).toEqual([
      'clients=4_method=fedavg-cfa_data.skew=-0.5_seed=3',
    ]);
  });

  it('is a name for a folder and no other cell’s, whatever the values', () => {
    const values = fc.uniqueArray(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer()), {
      minLength: 1,
      selector: (value) => JSON.stringify(value),
    });
    fc.assert(
      fc.property(values, (all) => {
        const ids = cellIds(all.map((value) => cell(value)));
        for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_.=-]{1,120}$/);
        expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(all.length);
      }),
    );
  });
});

describe('a shard', () => {
  it('is its part: together they are the whole, and none has another’s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 7 }), (count, of) => {
        const cells = Array.from({ length: count }, (_, at) => ({ id: String(at), ...cell(at) }));
        const parts = Array.from({ length: of }, (_, at) => cellsOf(cells, { part: at + 1, of }));
        expect(
          parts
            .flat()
            .map(({ id }) => Number(id))
            .sort((a, b) => a - b),
        ).toEqual([...cells.keys()]);
        const sizes = parts.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each(['0/2', '3/2', '1', '1/0', 'a/b', '1/2/3'])('refuses %s', (text) => {
    expect(() => parseShard(text)).toThrow(`--shard ${text}`);
  });
});
