import type { Link } from '../../actors/network.js';
import { stream } from '../../base/random.js';
import { drawAvailability, type Availability } from './availability.js';
import { changed, drawHardware, type Hardware } from './hardware.js';
import { presets, type PresetName } from './presets.js';
import type { AvailabilitySettings, EntrySettings, FleetSettings } from './schema.js';
import type { Trace } from './trace.js';

/** What a client is like, drawn once. */
export interface ClientProfile {
  /** Its place in `fleet.groups`; null: there are none. */
  readonly group: number | null;
  readonly preset: PresetName | null;
  readonly operationsPerSecond: number;
  /** Infinity where nothing says. */
  readonly memoryBytes: number;
  /** While it computes. */
  readonly watts: number;
  readonly link: Link;
  readonly joulesPerBitUp: number;
  readonly joulesPerBitDown: number;
  readonly availability: Availability;
  /** Probability, in each round. */
  readonly dropout: number;
  readonly straggling: { readonly probability: number; readonly slowdown: number } | null;
}

/** What a client has where neither its group nor its own entry says otherwise: the scenario's device and link. */
export interface BaseProfile {
  readonly operationsPerSecond: number;
  readonly link: Link;
}

/** A client's group and what is set for it. */
export interface ClientSettings {
  readonly group: number | null;
  /** Its group's settings, then its own, which win. */
  readonly layers: readonly EntrySettings[];
}

/** Puts a client into a group by share and looks up its own entry. */
export function settingsOf(settings: FleetSettings, client: string, seed: number): ClientSettings {
  const { groups, clients } = settings;
  const group = groups.length === 0 ? null : drawGroup(groups, client, seed);
  const shared = group === null ? [] : [groups[group]];
  return { group, layers: Object.hasOwn(clients, client) ? [...shared, clients[client]] : shared };
}

function drawGroup(groups: FleetSettings['groups'], client: string, seed: number): number {
  const total = groups.reduce((sum, { share }) => sum + share, 0);
  const point = stream(seed, 'client', client, 'group').uniform() * total;
  let upTo = 0;
  const group = groups.findIndex(({ share }) => point < (upTo += share));
  return group >= 0 ? group : groups.length - 1;
}

/** Draws what a client is like; every draw has the client's address, so that no other client disturbs it. */
export function drawProfile(
  settings: ClientSettings,
  base: BaseProfile,
  client: string,
  seed: number,
  traceOf: (file: string) => Trace,
): ClientProfile {
  const { preset, hardware } = hardwareOf(settings.layers, base);
  const { deviceSpread: _device, linkSpread: _link, ...drawn } = drawHardware(hardware, client, seed);
  return {
    group: settings.group,
    preset,
    ...drawn,
    availability: drawAvailability(availabilityOf(settings), client, seed, traceOf),
    dropout: last(settings.layers, ({ dropout }) => dropout) ?? 0,
    straggling: last(settings.layers, ({ straggling }) => straggling) ?? null,
  };
}

export function availabilityOf({ layers }: ClientSettings): AvailabilitySettings {
  return last(layers, ({ availability }) => availability) ?? { kind: 'always' };
}

/** A client's own preset takes the place of its group's device and link, changed fields and all. */
function hardwareOf(
  layers: readonly EntrySettings[],
  base: BaseProfile,
): { preset: PresetName | null; hardware: Hardware } {
  const start: Hardware = {
    ...base,
    memoryBytes: Infinity,
    watts: 0,
    joulesPerBitUp: 0,
    joulesPerBitDown: 0,
    deviceSpread: 0,
    linkSpread: 0,
  };
  let preset: PresetName | null = null;
  let hardware = start;
  for (const layer of layers) {
    if (layer.preset !== undefined) {
      preset = layer.preset;
      hardware = changed(start, presets[preset]);
    }
    hardware = changed(hardware, layer);
  }
  return { preset, hardware };
}

/** What the last layer that says anything says. */
function last<T>(
  layers: readonly EntrySettings[],
  said: (layer: EntrySettings) => T | undefined,
): T | undefined {
  return layers.map(said).findLast((value) => value !== undefined);
}
