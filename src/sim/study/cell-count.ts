import { badInput } from '../../base/errors.js';

/** More are a mistake: nobody waits for them. */
const mostCells = 100_000;

/**
 * Asked before anything is listed: a list of billions of seeds fits no memory.
 * @param what has so many, such as `the sweep has`
 * @throws FeddymemError (bad-input)
 */
export function checkCellCount(count: number, what: string, unit = 'cells'): void {
  if (count <= mostCells) return;
  throw badInput(`${what} ${count} ${unit}, more than ${mostCells}`, 'Take fewer values or seeds.');
}
