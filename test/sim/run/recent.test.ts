import { expect, it } from 'vitest';
import { createRecent } from '../../../src/sim/run/recent.js';

it('forgets what was set first', () => {
  const recent = createRecent<string, number>(2);
  for (const [at, key] of ['a', 'b', 'a', 'c'].entries()) recent.set(key, at);
  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([undefined, 1, 3]);
});
