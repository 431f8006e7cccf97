import { badInput } from '../../base/errors.js';
import { stream } from '../../base/random.js';
import { isReachable, reachableFrom } from './availability.js';
import { nearest } from './nearest-name.js';
import { drawProfile, settingsOf, type BaseProfile, type ClientProfile } from './profile.js';
import type { FleetSettings } from './schema.js';
import { loadTraces } from './traces.js';

export type { Availability } from './availability.js';
export type { BaseProfile, ClientProfile } from './profile.js';

/** What each client is like and what happens to it. Times are seconds of virtual time. */
export interface Fleet {
  /** Drawn on first use; clients that nobody asks for take no memory. */
  profileOf(client: string): ClientProfile;
  /** `bernoulli`: one draw for a client and a round; all others: by time. */
  isAvailable(client: string, round: number, time: number): boolean;
  /** The earliest time from `time` on at which it can be reached; Infinity: never again. `bernoulli`: `time`. */
  availableFrom(client: string, time: number): number;
  /** One draw for a client and a round. */
  dropsOut(client: string, round: number): boolean;
  /** How many times longer it computes in a round: 1, or its straggling factor. One draw for a client and a round. */
  slowdown(client: string, round: number): number;
  computeJoules(client: string, seconds: number): number;
  transferJoules(client: string, bytesUp: number, bytesDown: number): number;
}

/**
 * The fleet of a scenario. Everything it draws has the address of its client: one more client disturbs no other.
 * @param base what a client has where settings are silent
 * @param clients ids of all clients
 * @param folder what relative paths of traces start from
 * @throws FeddymemError (bad-input) on settings of an unknown client and on a trace that is wrong or lacks a client
 */
export async function createFleet(
  settings: FleetSettings,
  base: BaseProfile,
  seed: number,
  clients: readonly string[],
  folder: string,
): Promise<Fleet> {
  refuseUnknown(Object.keys(settings.clients), clients);
  const traceOf = await loadTraces(settings, seed, clients, folder);
  const profiles = new Map<string, ClientProfile>();

  function profileOf(client: string): ClientProfile {
    const known = profiles.get(client);
    if (known) return known;
    const own = settingsOf(settings, client, seed);
    const profile = drawProfile(own, base, client, seed, (file) => traceOf(file, client));
    profiles.set(client, profile);
    return profile;
  }

  function draw(client: string, purpose: 'availability' | 'dropout' | 'straggling', round: number): number {
    return stream(seed, 'client', client, purpose, round).uniform();
  }

  return {
    profileOf,
    isAvailable: (client, round, time) =>
      isReachable(profileOf(client).availability, time, () => draw(client, 'availability', round)),
    availableFrom: (client, time) => reachableFrom(profileOf(client).availability, time),
    dropsOut(client, round) {
      const { dropout } = profileOf(client);
      return dropout > 0 && draw(client, 'dropout', round) < dropout;
    },
    slowdown(client, round) {
      const { straggling } = profileOf(client);
      if (straggling === null || draw(client, 'straggling', round) >= straggling.probability) return 1;
      return straggling.slowdown;
    },
    computeJoules: (client, seconds) => profileOf(client).watts * seconds,
    transferJoules(client, bytesUp, bytesDown) {
      const { joulesPerBitUp, joulesPerBitDown } = profileOf(client);
      return 8 * (bytesUp * joulesPerBitUp + bytesDown * joulesPerBitDown);
    },
  };
}

function refuseUnknown(named: readonly string[], clients: readonly string[]): void {
  const known = new Set(clients);
  for (const client of named) {
    if (known.has(client)) continue;
    const meant = nearest(client, clients);
    throw badInput(
      `fleet.clients names client ${client}, which does not exist`,
      meant === undefined
        ? `There are ${clients.length} clients, such as ${clients.slice(0, 3).join(', ')}.`
        : `Did you mean ${meant}?`,
    );
  }
}
