import { expect, it } from 'vitest';
import { codeOfJobs, codeOfRuns } from '../../../src/sim/run/code-fingerprint.js';

it.each([codeOfJobs, codeOfRuns])('%o is a hash that stays', (code) => {
  expect(code()).toMatch(/^[0-9a-f]{64}$/);
  expect(code()).toBe(code());
});

it('the simulation is code of runs, and no code of jobs', () => {
  expect(codeOfRuns()).not.toBe(codeOfJobs());
});
