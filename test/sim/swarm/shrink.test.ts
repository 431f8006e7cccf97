import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/sim/faults/schema.js';
import { shrink } from '../../../src/sim/swarm/schedules.js';

/** Faults told apart by a number; what they do does not matter here. */
const planOf = (size: number): Fault[] =>
  Array.from({ length: size }, (_, at) => ({ kind: 'crash', actor: 'a', at, restartAfter: null }));
const numbersOf = (plan: readonly Fault[]) => plan.map((fault) => (fault as { at: number }).at);

type Predicate = (numbers: readonly number[]) => boolean;

async function shrunk(size: number, fails: Predicate) {
  const tried: string[] = [];
  const plan = await shrink(planOf(size), (fewer) => {
    tried.push(numbersOf(fewer).join());
    return Promise.resolve(fails(numbersOf(fewer)));
  });
  return { numbers: numbersOf(plan), tried };
}

const isMinimal = (numbers: readonly number[], fails: Predicate) =>
  numbers.every((left) => !fails(numbers.filter((number) => number !== left)));

describe('shrink', () => {
  it('finds the faults that are needed together, whichever they are', async () => {
    const plans = fc
      .integer({ min: 2, max: 20 })
      .chain((size) =>
        fc.record({ size: fc.constant(size), needed: fc.uniqueArray(fc.nat(size - 1), { maxLength: 5 }) }),
      );
    await fc.assert(
      fc.asyncProperty(plans, async ({ size, needed }) => {
        const { numbers } = await shrunk(size, (given) => needed.every((number) => given.includes(number)));
        expect(numbers).toEqual([...needed].sort((a, b) => a - b));
      }),
    );
  });

  it('finds one of several causes, whole and alone', async () => {
    const causes = fc.array(fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(causes, async (given) => {
        const fails: Predicate = (plan) =>
          given.some((cause) => cause.every((number) => plan.includes(number)));
        const { numbers } = await shrunk(12, fails);
        expect(fails(numbers)).toBe(true);
        expect(isMinimal(numbers, fails)).toBe(true);
      }),
    );
  });

  it('ends with a plan that fails and that no single fault can leave, whatever fails', async () => {
    // Any set of plans may fail: one fault may hide another. The whole plan does.
    const arbitrary = fc.record({
      size: fc.integer({ min: 2, max: 9 }),
      failing: fc.infiniteStream(fc.boolean()),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ size, failing }) => {
        const verdicts = new Map<string, boolean>();
        const fails: Predicate = (plan) => {
          if (plan.length === size) return true;
          const key = plan.join();
          if (!verdicts.has(key)) verdicts.set(key, failing.next().value as boolean);
          return verdicts.get(key)!;
        };
        const { numbers } = await shrunk(size, fails);
        expect(fails(numbers)).toBe(true);
        expect(isMinimal(numbers, fails)).toBe(true);
        expect([...numbers].sort((a, b) => a - b)).toEqual(numbers);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves nothing of a plan that fails without any fault', async () => {
    for (const size of [0, 1, 2, 3, 8]) expect((await shrunk(size, () => true)).numbers).toEqual([]);
  });

  it('tries halves first: one cause among many takes few tries', async () => {
    const { numbers, tried } = await shrunk(64, (plan) => plan.includes(40));
    expect(numbers).toEqual([40]);
    expect(tried.length).toBeLessThan(20);
  });
});
