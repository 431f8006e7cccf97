import { resolve } from 'node:path';
import { badInput, invariant } from '../../base/errors.js';
import { nearest } from './nearest-name.js';
import { availabilityOf, settingsOf } from './profile.js';
import type { FleetSettings } from './schema.js';
import { readTraces, type Trace } from './trace.js';

/** Every trace file that settings name, once. */
export function traceFiles({ groups, clients }: FleetSettings): string[] {
  const named = [...groups, ...Object.values(clients)].flatMap(({ availability }) =>
    availability?.kind === 'trace' ? [availability.file] : [],
  );
  return [...new Set(named)];
}

/**
 * Reads every trace file that settings name and makes sure that it has all the clients it is for.
 * @param folder what relative paths start from
 * @returns a client's intervals in a file
 * @throws FeddymemError (bad-input) naming the file, and its line or the client
 */
export async function loadTraces(
  settings: FleetSettings,
  seed: number,
  clients: readonly string[],
  folder: string,
): Promise<(file: string, client: string) => Trace> {
  const files = new Map<string, Map<string, Trace>>();
  for (const file of traceFiles(settings)) files.set(file, await readTraces(resolve(folder, file)));
  if (files.size > 0) {
    for (const client of clients) {
      const availability = availabilityOf(settingsOf(settings, client, seed));
      if (availability.kind !== 'trace') continue;
      const traces = files.get(availability.file)!;
      if (traces.has(client)) continue;
      const strangers = new Set(traces.keys());
      for (const known of clients) strangers.delete(known);
      throw missing(client, availability.file, [...strangers]);
    }
  }
  return (file, client) => {
    const trace = files.get(file)?.get(client);
    invariant(trace !== undefined, `no trace of client ${client} in ${file}`);
    return trace;
  };
}

/** @param strangers names in the file that no client has: one of them may be a misspelling */
function missing(client: string, file: string, strangers: readonly string[]): Error {
  const meant = nearest(client, strangers);
  return badInput(
    `trace ${file} has no row of client ${client}, whose availability it is`,
    `${meant === undefined ? '' : `It has rows of ${meant}, which is no client. `}Give the client rows, or another availability.`,
  );
}
