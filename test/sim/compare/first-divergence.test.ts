import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../../src/base/hash.js';
import { fieldDifferences } from '../../../src/sim/compare/field-differences.js';
import { firstDivergence } from '../../../src/sim/compare/first-divergence.js';
import { entry, journalLines, type Entry } from './samples.js';

const journal = fc.array(entry, { minLength: 1, maxLength: 6 });

describe('the first divergence', () => {
  it('is null for a journal and itself', () => {
    fc.assert(
      fc.property(journal, (entries) => {
        expect(firstDivergence(journalLines(entries), journalLines(structuredClone(entries)))).toBeNull();
      }),
    );
  });

  it('is the changed field of the changed line, though every later digest differs too', () => {
    const nested = fc.boolean();
    fc.assert(
      fc.property(journal, fc.nat(), nested, fc.integer(), fc.integer(), (entries, at, deep, x, y) => {
        fc.pre(x !== y);
        const index = at % entries.length;
        const withField = (value: number): Entry[] =>
          entries.map((given, position) =>
            position === index
              ? { ...given, ...(deep ? { figures: { loss: value } } : { time: value }) }
              : given,
          );
        const [a, b] = [journalLines(withField(x)), journalLines(withField(y))];
        expect(firstDivergence(a, b)).toEqual({
          index,
          a: a[index],
          b: b[index],
          fields: [{ path: deep ? 'figures.loss' : 'time', a: x, b: y }],
        });
      }),
    );
  });

  it('is where the shorter journal ends', () => {
    fc.assert(
      fc.property(journal, fc.nat(), (entries, at) => {
        const index = at % entries.length;
        const whole = journalLines(entries);
        const part = whole.slice(0, index);
        expect(firstDivergence(whole, part)).toEqual({ index, a: whole[index], b: null, fields: [] });
        expect(firstDivergence(part, whole)).toEqual({ index, a: null, b: whole[index], fields: [] });
      }),
    );
  });

  it('is not a digest alone, nor an order of keys', () => {
    expect(firstDivergence(['{"x":1,"digest":"a"}'], ['{"x":1,"digest":"b"}'])).toBeNull();
    expect(firstDivergence(['{"x":1,"y":[2]}'], ['{"y":[2],"x":1}'])).toBeNull();
    expect(firstDivergence(['{"x":{"digest":1}}'], ['{"x":{"digest":2}}'])?.fields).toEqual([
      { path: 'x.digest', a: 1, b: 2 },
    ]);
  });
});

describe('field differences', () => {
  it('are none exactly where the canonical texts agree', () => {
    fc.assert(
      fc.property(entry, entry, (a, b) => {
        expect(fieldDifferences(a, b).length === 0).toBe(canonicalJson(a) === canonicalJson(b));
        expect(fieldDifferences(a, structuredClone(a))).toEqual([]);
      }),
    );
  });

  const cases: [Json, Json, unknown[]][] = [
    [{ payload: 'x' }, {}, [{ path: 'payload', a: 'x', b: undefined }]],
    [{}, { constructor: 1 }, [{ path: 'constructor', a: undefined, b: 1 }]],
    [{ a: null }, {}, [{ path: 'a', a: null, b: undefined }]],
    [{ a: {} }, { a: [] }, [{ path: 'a', a: {}, b: [] }]],
    [
      { a: [1, 2] },
      { a: [1, 3, 4] },
      [
        { path: 'a.1', a: 2, b: 3 },
        { path: 'a.2', a: undefined, b: 4 },
      ],
    ],
    [{ a: { b: 1 } }, { a: 1 }, [{ path: 'a', a: { b: 1 }, b: 1 }]],
    [
      { 'a.b': 1 },
      { a: { b: 1 } },
      [
        { path: 'a', a: undefined, b: { b: 1 } },
        { path: 'a.b', a: 1, b: undefined },
      ],
    ],
    [
      { z: 1, m: 1 },
      { z: 2, m: 2 },
      [
        { path: 'm', a: 1, b: 2 },
        { path: 'z', a: 1, b: 2 },
      ],
    ],
    [1, 2, [{ path: '', a: 1, b: 2 }]],
    [{ a: NaN }, { a: NaN }, []],
  ];
  it.each(cases)('of %j and %j', (a, b, expected) => {
    expect(fieldDifferences(a, b)).toEqual(expected);
  });
});
