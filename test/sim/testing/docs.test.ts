import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultTolerance } from '../../../src/sim/testing/tolerance.js';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');

it("the documentation's example is a test of ours, but for the module's name", () => {
  const [, example] = /```ts\n([^]*?)```/.exec(read('docs/testing.md'))!;
  const tested = read('test/golden/features.test.ts');
  expect(tested).toContain("'../../src/sim/testing/index.js'");
  expect(example).toBe(tested.replace('../../src/sim/testing/index.js', 'feddymem/testing'));
});

it('every figure of a golden file has the tolerance of the documentation, or the one its test gives', () => {
  const { figures } = JSON.parse(read('test/golden/features.golden.json')) as {
    figures: Record<string, { tolerance: unknown }>;
  };
  const given = /^mean\.|^rounds\..*(imageAuroc|loss)$/;
  const others = Object.entries(figures).filter(([name]) => !given.test(name));
  expect(others.length).toBeGreaterThan(5);
  for (const [name, { tolerance }] of others) expect(tolerance).toBe(defaultTolerance(name));
  expect(figures['mean.own.imageAuroc'].tolerance).toBe(0.1);
});
