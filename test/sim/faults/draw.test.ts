import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverId } from '../../../src/actors/messages.js';
import type { Step } from '../../../src/actors/steps.js';
import { drawFaults } from '../../../src/sim/faults/draw.js';
import { faultKinds, faultSchema, faultsSchema, type Fault } from '../../../src/sim/faults/schema.js';
import { step } from '../../actors/samples.js';

const clients = ['client-1', 'client-2', 'client-3'];
const steps: Step[] = [
  step({ name: 'moments', round: null }),
  step({ name: 'initialise', round: 0 }),
  step({ name: 'train', round: 1 }),
  step({ name: 'train', round: 2 }),
  step({ name: 'finish', round: 2, audience: 'everyone' }),
  step({ name: 'join', round: 2, audience: 'held-out' }),
];

const drawn = (seed: number, count: number, kinds: readonly Fault['kind'][] = faultKinds): Fault[] =>
  drawFaults({ count, kinds: [...kinds], horizon: 40 }, seed, clients, steps);

describe('drawFaults', () => {
  it('leaves the faults before as they are when one more is drawn', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(12), (seed, count) => {
        expect(drawn(seed, count + 1).slice(0, count)).toEqual(drawn(seed, count));
      }),
    );
  });

  it('draws faults that a scenario could hold as they are', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const fault of drawn(seed, 10)) expect(faultSchema.parse(fault)).toEqual(fault);
      }),
    );
  });

  it.each(faultKinds)('draws %s alone, with clients and steps that there are', (kind) => {
    for (const fault of drawn(5, 200, [kind])) {
      expect(fault.kind).toBe(kind);
      const named = 'clients' in fault ? fault.clients : ['client' in fault ? fault.client : fault.actor];
      expect(named.length).toBeGreaterThan(0);
      const known = 'actor' in fault ? [...clients, serverId] : clients;
      expect(known).toEqual(expect.arrayContaining(named));
      if ('step' in fault) {
        const { step: name, round = null } = fault;
        const found = steps.find((each) => each.name === name && each.round === round);
        expect(found?.audience).toMatch(/cohort|everyone/);
      }
      if ('at' in fault) expect(fault.at).toBeLessThanOrEqual(40);
      if ('from' in fault) expect(fault.from).toBeLessThanOrEqual(40);
      if ('restartAfter' in fault) expect(fault.restartAfter).not.toBeNull();
    }
  });

  it('draws every kind, every client, the server and every step in time', () => {
    const faults = drawn(1, 2000);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    const named = faults.flatMap((fault) =>
      'client' in fault ? fault.client : 'actor' in fault ? fault.actor : [],
    );
    expect(new Set(named)).toEqual(new Set([...clients, serverId]));
    const places = faults.flatMap((fault) => ('step' in fault ? `${fault.step} ${fault.round}` : []));
    expect(new Set(places).size).toBe(steps.length - 1);
  });

  it('follows its own seed where it has one, and else the one it is given', () => {
    const { draw } = faultsSchema.parse({ draw: { count: 6, seed: 9 } });
    const { seed: _, ...unseeded } = draw!;
    const of = (drawing: typeof unseeded, seed: number) => drawFaults(drawing, seed, clients, steps);
    expect(of(draw!, 1)).toEqual(of(draw!, 2));
    expect(of(draw!, 1)).toEqual(of(unseeded, 9));
    expect(of(unseeded, 1)).not.toEqual(of(unseeded, 2));
  });
});
