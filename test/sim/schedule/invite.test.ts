import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InvitationRequest } from '../../../src/actors/server-state.js';
import { createFleet, type Fleet } from '../../../src/sim/fleet/fleet.js';
import { fleetSchema } from '../../../src/sim/fleet/schema.js';
import { cohortSize, inviteClients } from '../../../src/sim/schedule/invite.js';
import { scheduleSchema } from '../../../src/sim/schedule/schema.js';
import { step } from '../../actors/samples.js';

const hundred = Array.from({ length: 100 }, (_, index) => `client-${index + 1}`);
const ten = hundred.slice(0, 10);
const link = { latency: 0, uploadRate: 1, downloadRate: 1 };
const fleetOf = (settings: unknown, clients = ten) =>
  createFleet(fleetSchema.parse(settings), { operationsPerSecond: 1, link }, 1, clients, '.');
const always = await fleetOf({});

/** A fleet of which only these can be reached before that time. */
const until = (time: number, reachable: readonly string[] = []): Fleet => {
  const away = (client: string, now: number) => now < time && !reachable.includes(client);
  return {
    ...always,
    isAvailable: (client, _, now) => !away(client, now),
    availableFrom: (client, now) => (away(client, now) ? time : now),
  };
};

interface Given {
  readonly seed?: number;
  readonly round?: number | null;
  readonly participants?: readonly string[];
  readonly fleet?: Fleet;
  readonly schedule?: Record<string, unknown>;
  readonly audience?: 'cohort' | 'everyone' | 'held-out';
  readonly request?: Partial<InvitationRequest>;
}

function invite(given: Given = {}) {
  const { seed = 1, round = 1, participants = ten, fleet = always, audience = 'cohort' } = given;
  const request = { step: 0, now: 0, wanted: null, ordinal: 1, isBusy: () => false, isGone: () => false };
  const population = { seed, participants, heldOut: ['guest-1', 'guest-2'], evaluated: participants, fleet };
  const schedule = scheduleSchema.parse(given.schedule ?? {});
  return inviteClients(population, schedule, step({ round, audience }), { ...request, ...given.request });
}

function invited(given: Given): readonly string[] {
  const invitation = invite(given);
  if (invitation.kind !== 'clients') throw new Error(invitation.kind);
  return invitation.clients;
}

const one = (of: readonly string[]) => (client: string) => of.includes(client);
const seedAndRound = [fc.nat(), fc.nat(1000)] as const;

describe('cohortSize', () => {
  it.each([
    [undefined, 10, 10],
    [4, 10, 4],
    [40, 10, 10],
    [1, 10, 1],
    [0.25, 10, 3],
    [0.01, 10, 1],
    [0.99, 10, 10],
  ])('of cohort %s among %s clients is %s', (cohort, participants, expected) => {
    expect(cohortSize(scheduleSchema.parse({ cohort }), participants)).toBe(expected);
  });
});

describe('inviteClients, a cohort', () => {
  it('is everybody where none is asked for', () => {
    expect(invite()).toEqual({ kind: 'clients', clients: ten, target: 10 });
  });

  it('has as many as asked for, all different, in the order of the clients', () => {
    fc.assert(
      fc.property(...seedAndRound, fc.integer({ min: 1, max: 99 }), (seed, round, cohort) => {
        const clients = invited({ seed, round, participants: hundred, schedule: { cohort } });
        expect(clients).toHaveLength(cohort);
        expect(hundred.filter(one(clients))).toEqual(clients);
      }),
    );
  });

  it('asks more than it waits for when it over-selects', () => {
    expect(invite({ schedule: { cohort: 4, overSelection: 1.3 } })).toMatchObject({ target: 4 });
    expect(invited({ schedule: { cohort: 4, overSelection: 1.3 } })).toHaveLength(6);
    expect(invite({ schedule: { cohort: 8, overSelection: 2 } })).toEqual({
      kind: 'clients',
      clients: ten,
      target: 8,
    });
  });

  it('never waits for more than it asks', () => {
    const fleet = until(5, ['client-3']);
    expect(invite({ fleet, schedule: { cohort: 4 } })).toEqual({
      kind: 'clients',
      clients: ['client-3'],
      target: 1,
    });
  });

  it('depends on seed and round alone', () => {
    fc.assert(
      fc.property(...seedAndRound, fc.nat(1e6), fc.nat(99), (seed, round, now, ordinal) => {
        const given = { seed, round, participants: hundred, schedule: { cohort: 20 } };
        expect(invited({ ...given, request: { now, ordinal, step: 7 } })).toEqual(invited(given));
      }),
    );
    const of = (seed: number, round: number) =>
      invited({ seed, round, participants: hundred, schedule: { cohort: 20 } });
    expect(of(1, 1)).not.toEqual(of(1, 2));
    expect(of(1, 1)).not.toEqual(of(2, 1));
  });

  it('before the rounds is the one of round 0', () => {
    const given = { participants: hundred, schedule: { cohort: 20 } };
    expect(invited({ ...given, round: null })).toEqual(invited({ ...given, round: 0 }));
  });

  it('draws every client in time, and none much more often than others', () => {
    const counts = new Map(ten.map((id) => [id, 0]));
    for (let round = 0; round < 2000; round++)
      for (const id of invited({ round, schedule: { cohort: 3 } })) counts.set(id, counts.get(id)! + 1);
    // 600 each; five standard deviations are 103.
    for (const count of counts.values()) expect(Math.abs(count - 600)).toBeLessThan(103);
  });

  it('never asks who is busy, gone or away, and lets that disturb nobody else', () => {
    const some = fc.subarray(hundred, { maxLength: 30 });
    fc.assert(
      fc.property(...seedAndRound, some, some, some, (seed, round, busy, gone, away) => {
        const given = { seed, round, participants: hundred, schedule: { cohort: 10 } };
        const reachable = hundred.filter((id) => !away.includes(id));
        const request = { isBusy: one(busy), isGone: one(gone) };
        const clients = invited({ ...given, fleet: until(5, reachable), request });
        const unusable = [...busy, ...gone, ...away];
        expect(clients.filter(one(unusable))).toEqual([]);
        expect(clients).toHaveLength(10);
        const undisturbed = invited(given).filter((id) => !unusable.includes(id));
        expect(undisturbed.filter(one(clients))).toEqual(undisturbed);
      }),
    );
  });

  it('asks as many as there are when too few can be reached', () => {
    const fleet = until(5, ['client-7', 'client-2']);
    for (const cohort of [undefined, 6])
      expect(invited({ fleet, schedule: { cohort } })).toEqual(['client-2', 'client-7']);
  });

  it('asks one more from an address of its own when a buffer has room', () => {
    const given = { participants: hundred, schedule: { mode: 'buffered', cohort: 20 } };
    const of = (ordinal: number) => invited({ ...given, request: { wanted: 2, ordinal } });
    expect(invite({ ...given, request: { wanted: 2 } })).toMatchObject({ target: 2 });
    expect(of(1)).toEqual(of(1));
    expect(new Set([1, 2, 3, 4].map((ordinal) => of(ordinal).join())).size).toBe(4);
  });
});

describe('inviteClients, when nobody can be reached', () => {
  const far = until(70);

  it('waits for the first who comes back', () => {
    const fleet: Fleet = { ...far, availableFrom: (id) => (id === 'client-4' ? 50 : 70) };
    expect(invite({ fleet })).toEqual({ kind: 'wait', until: 50 });
    expect(invite({ fleet, request: { isGone: one(['client-4']) } })).toEqual({ kind: 'wait', until: 70 });
    expect(invite({ fleet, request: { isBusy: one(['client-4']) } })).toEqual({ kind: 'wait', until: 70 });
    expect(invite({ fleet: far, request: { now: 70 } })).toMatchObject({ kind: 'clients' });
  });

  it('gives the round up when nobody ever comes back, or all are gone', () => {
    const nobody = { kind: 'nobody', reason: 'no client is available' };
    expect(invite({ fleet: { ...far, availableFrom: () => Infinity } })).toEqual(nobody);
    expect(invite({ request: { isGone: () => true } })).toEqual(nobody);
    expect(invite({ fleet: far, request: { isBusy: () => true } })).toEqual(nobody);
  });

  it('gives the round up where every round draws anew', async () => {
    const fleet = await fleetOf({ groups: [{ availability: { kind: 'bernoulli', probability: 0.05 } }] });
    const kinds = Array.from({ length: 60 }, (_, round) => invite({ fleet, round }).kind);
    expect(new Set(kinds)).toEqual(new Set(['nobody', 'clients']));
  });
});

describe('inviteClients, everybody else', () => {
  it('asks all who take part, or all who are held out, whether they can be reached or not', () => {
    const given = { fleet: until(70), schedule: { cohort: 2 } };
    expect(invite({ ...given, audience: 'everyone' })).toEqual({ kind: 'clients', clients: ten, target: 10 });
    expect(invited({ ...given, audience: 'held-out' })).toEqual(['guest-1', 'guest-2']);
  });

  it('asks nobody who is gone', () => {
    const gone = { isGone: one(['client-1', 'guest-1']) };
    expect(invited({ audience: 'everyone', request: gone })).toEqual(ten.slice(1));
    expect(invited({ audience: 'held-out', request: gone })).toEqual(['guest-2']);
    const all = { isGone: () => true };
    expect(invite({ audience: 'everyone', request: all })).toEqual({
      kind: 'nobody',
      reason: 'no client is left',
    });
  });
});
