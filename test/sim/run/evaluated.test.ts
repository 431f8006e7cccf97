import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatedClients } from '../../../src/sim/run/evaluated.js';

const clients = (count: number) => Array.from({ length: count }, (_, index) => `client-${index + 1}`);

describe('the clients that are evaluated', () => {
  it('are all where nobody says how many, or more than there are', () => {
    expect(evaluatedClients(clients(3), 1)).toEqual(clients(3));
    expect(evaluatedClients(clients(3), 1, 9)).toEqual(clients(3));
  });

  it('are as many as asked for, each once and in their order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 80 }),
        fc.nat(),
        (of, most, seed) => {
          const all = clients(of);
          const chosen = evaluatedClients(all, seed, most);
          expect(chosen).toHaveLength(Math.min(of, most));
          expect(all.filter((id) => chosen.includes(id))).toEqual(chosen);
        },
      ),
    );
  });

  it('make room for one client more, or leave it out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 80 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (of, most, seed) => {
          const fewer = evaluatedClients(clients(of - 1), seed, most);
          const more = evaluatedClients(clients(of), seed, most);
          const left = fewer.filter((id) => !more.includes(id));
          expect(left.length).toBeLessThanOrEqual(1);
          expect(more.filter((id) => !fewer.includes(id) && id !== `client-${of}`)).toEqual([]);
        },
      ),
    );
  });

  it('differ from seed to seed, and hit everybody alike', () => {
    const hits = new Map(clients(8).map((id) => [id, 0]));
    for (let seed = 0; seed < 400; seed++)
      for (const id of evaluatedClients(clients(8), seed, 2)) hits.set(id, hits.get(id)! + 1);
    // 100 expected, deviation √(400 · ¼ · ¾) ≈ 9.
    for (const count of hits.values()) expect(Math.abs(count - 100)).toBeLessThan(45);
  });
});
