import type { Link } from '../../actors/network.js';
import { portableExp } from '../../base/portable-math.js';
import { stream } from '../../base/random.js';
import type { EntrySettings } from './schema.js';

/** A device and its link in the simulation's units. */
export interface Hardware {
  readonly operationsPerSecond: number;
  readonly memoryBytes: number;
  readonly watts: number;
  readonly link: Link;
  readonly joulesPerBitUp: number;
  readonly joulesPerBitDown: number;
  /** Standard deviation of the logarithm of the speed, and of the rates. */
  readonly deviceSpread: number;
  readonly linkSpread: number;
}

const giga = 1e9;
const mega = 1e6;

/** @returns `hardware` with the fields that `changes` names, in the units of settings, put in their place */
export function changed(hardware: Hardware, changes: Pick<EntrySettings, 'device' | 'link'>): Hardware {
  const { device = {}, link = {} } = changes;
  return {
    operationsPerSecond: times(device.gflops, giga) ?? hardware.operationsPerSecond,
    memoryBytes: times(device.memoryGB, giga) ?? hardware.memoryBytes,
    watts: device.watts ?? hardware.watts,
    link: {
      latency: link.latency ?? hardware.link.latency,
      uploadRate: times(link.uploadMbit, mega) ?? hardware.link.uploadRate,
      downloadRate: times(link.downloadMbit, mega) ?? hardware.link.downloadRate,
    },
    joulesPerBitUp: perBit(link.joulesPerMbitUp) ?? hardware.joulesPerBitUp,
    joulesPerBitDown: perBit(link.joulesPerMbitDown) ?? hardware.joulesPerBitDown,
    deviceSpread: device.spread ?? hardware.deviceSpread,
    linkSpread: link.spread ?? hardware.linkSpread,
  };
}

/** One client's draw: speed and rates times a log-normal factor of median 1. Both rates share theirs. */
export function drawHardware(hardware: Hardware, client: string, seed: number): Hardware {
  const { link, deviceSpread, linkSpread } = hardware;
  const rates = factor(linkSpread, 'link', client, seed);
  return {
    ...hardware,
    operationsPerSecond: hardware.operationsPerSecond * factor(deviceSpread, 'device', client, seed),
    link: { ...link, uploadRate: link.uploadRate * rates, downloadRate: link.downloadRate * rates },
  };
}

function factor(spread: number, part: 'device' | 'link', client: string, seed: number): number {
  return spread === 0 ? 1 : portableExp(spread * stream(seed, 'client', client, part).normal());
}

function times(value: number | undefined, unit: number): number | undefined {
  return value === undefined ? undefined : value * unit;
}

function perBit(joulesPerMbit: number | undefined): number | undefined {
  return joulesPerMbit === undefined ? undefined : joulesPerMbit / mega;
}
