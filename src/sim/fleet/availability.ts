import { stream } from '../../base/random.js';
import type { AvailabilitySettings } from './schema.js';
import type { Trace } from './trace.js';

/** When the server can reach a client; times in seconds of virtual time. */
export type Availability =
  | { readonly kind: 'always' }
  /** With this probability in each round. */
  | { readonly kind: 'bernoulli'; readonly probability: number }
  /** Each day from `start` for `length` seconds. Whole seconds: window borders are exact numbers. */
  | { readonly kind: 'diurnal'; readonly start: number; readonly length: number }
  | { readonly kind: 'trace'; readonly trace: Trace };

const hour = 3600;
const day = 24 * hour;

/**
 * One client's availability.
 * @param traceOf a client's intervals in the trace file of that name
 */
export function drawAvailability(
  settings: AvailabilitySettings,
  client: string,
  seed: number,
  traceOf: (file: string) => Trace,
): Availability {
  switch (settings.kind) {
    case 'always':
    case 'bernoulli':
      return settings;
    case 'diurnal': {
      const offset =
        settings.spread === 0 ? 0 : stream(seed, 'client', client, 'availability').uniform() - 0.5;
      return {
        kind: 'diurnal',
        start: Math.round((settings.startHour + settings.spread * offset) * hour),
        length: Math.max(1, Math.round(settings.hoursOn * hour)),
      };
    }
    case 'trace':
      return { kind: 'trace', trace: traceOf(settings.file) };
  }
}

/**
 * Whether a client can be reached at a time.
 * @param time seconds; `bernoulli` asks `draw` instead
 * @param draw uniform in [0, 1), the client's for this round
 */
export function isReachable(availability: Availability, time: number, draw: () => number): boolean {
  switch (availability.kind) {
    case 'always':
      return true;
    case 'bernoulli':
      return draw() < availability.probability;
    case 'diurnal':
      return time < latestWindow(availability.start, time) + availability.length;
    case 'trace': {
      const at = lastStartedBy(availability.trace, time);
      return at >= 0 && time < availability.trace.ends[at];
    }
  }
}

/** The earliest time from `time` on at which a client can be reached; Infinity: never again. `bernoulli`: `time`. */
export function reachableFrom(availability: Availability, time: number): number {
  switch (availability.kind) {
    case 'always':
    case 'bernoulli':
      return time;
    case 'diurnal': {
      const window = latestWindow(availability.start, time);
      return time < window + availability.length ? time : window + day;
    }
    case 'trace': {
      const { starts, ends } = availability.trace;
      const at = lastStartedBy(availability.trace, time);
      if (at >= 0 && time < ends[at]) return time;
      return at + 1 < starts.length ? starts[at + 1] : Infinity;
    }
  }
}

/** Start of the last daily window that begins at or before a time. */
function latestWindow(start: number, time: number): number {
  const window = start + Math.floor((time - start) / day) * day;
  // The difference rounds: just before a window it can come out as the window itself.
  return window > time ? window - day : window;
}

/** Index of the last interval that begins at or before a time; −1: none. */
function lastStartedBy({ starts }: Trace, time: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
