import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createShelf } from '../../../src/sim/run/shelf.js';

const bytes = (length: number) => new Uint8Array(length);
const holding = (shelf: ReturnType<typeof createShelf>, names: readonly string[]) =>
  names.filter((name) => shelf.get(name) !== undefined);

describe('a shelf', () => {
  it('gives back what was put', () => {
    const shelf = createShelf({ budget: 100, recomputable: false, rest: 2 });
    const put = bytes(3);
    shelf.put('a', put);
    expect(shelf.get('a')).toBe(put);
    expect(shelf.get('b')).toBeUndefined();
  });

  it('lets go of what is on disk and rests, and of nothing else', () => {
    const shelf = createShelf({ budget: Infinity, recomputable: false, rest: 2 });
    for (const name of ['written', 'used', 'unwritten']) shelf.put(name, bytes(1));
    shelf.isOnDisk('written');
    shelf.isOnDisk('used');
    shelf.endStep();
    shelf.endStep();
    shelf.get('used');
    shelf.endStep();
    expect(holding(shelf, ['written', 'used', 'unwritten'])).toEqual(['used', 'unwritten']);
  });

  it('stays within its budget by what is on disk, the longest unused first', () => {
    const shelf = createShelf({ budget: 10, recomputable: false, rest: 9 });
    for (const name of ['a', 'b', 'c', 'd']) {
      shelf.put(name, bytes(4));
      if (name !== 'a') shelf.isOnDisk(name);
    }
    expect(holding(shelf, ['a', 'b', 'c', 'd'])).toEqual(['a', 'd']);
  });

  it('never loses what nobody could bring back, and counts right whatever comes', () => {
    const action = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      what: fc.constantFrom('put' as const, 'write' as const, 'get' as const, 'end' as const),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), fc.nat(8), fc.nat(3), (actions, budget, rest) => {
        const shelf = createShelf({ budget, recomputable: false, rest });
        const unwritten = new Set<string>();
        const written = new Set<string>();
        for (const { name, what } of actions) {
          if (what === 'put') {
            shelf.put(name, bytes(3));
            if (!written.has(name)) unwritten.add(name);
          } else if (what === 'write' && unwritten.delete(name)) {
            written.add(name);
            shelf.isOnDisk(name);
          } else if (what === 'get') shelf.get(name);
          else if (what === 'end') shelf.endStep();
          for (const each of unwritten) expect(shelf.get(each)).toHaveLength(3);
        }
      }),
    );
  });
});
