import { expect } from 'vitest';
import { FeddymemError } from '../../src/base/errors.js';

/** Expects bad input whose message or hint has all these texts, and a hint. */
export async function expectRefusal(run: () => unknown, ...texts: (string | RegExp)[]): Promise<void> {
  const error = await Promise.resolve()
    .then(run)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(error, 'nothing was refused').toBeInstanceOf(FeddymemError);
  const { code, message, hint } = error as FeddymemError;
  expect(code).toBe('bad-input');
  for (const text of texts) expect(`${message}\n${hint}`).toMatch(text);
  expect(hint).toBeTruthy();
}
