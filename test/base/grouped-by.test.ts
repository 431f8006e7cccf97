import { expect, it } from 'vitest';
import { groupedBy } from '../../src/base/grouped-by.js';

it('groups come in the order of their first items, which keep theirs', () => {
  const groups = groupedBy(['beet', 'apple', 'bean', 'carrot', 'avocado'], ([first]) => first);
  expect([...groups]).toEqual([
    ['b', ['beet', 'bean']],
    ['a', ['apple', 'avocado']],
    ['c', ['carrot']],
  ]);
  expect(groupedBy([], String).size).toBe(0);
});
