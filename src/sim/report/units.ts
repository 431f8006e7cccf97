/** A unit for an axis: divide by `size`. */
export interface AxisUnit {
  readonly name: string;
  readonly size: number;
}

const timeUnits: readonly AxisUnit[] = [
  { name: 'days', size: 86_400 },
  { name: 'hours', size: 3600 },
  { name: 'minutes', size: 60 },
  { name: 'seconds', size: 1 },
  { name: 'milliseconds', size: 0.001 },
];

const byteUnits: readonly AxisUnit[] = [
  { name: 'gigabytes', size: 1e9 },
  { name: 'megabytes', size: 1e6 },
  { name: 'kilobytes', size: 1000 },
  { name: 'bytes', size: 1 },
];

/** The largest unit of time of which an axis up to `seconds` has at least one. */
export function timeUnit(seconds: number): AxisUnit {
  return unitFor(timeUnits, seconds);
}

/** The largest decimal unit of which an axis up to `bytes` has at least one. */
export function byteUnit(bytes: number): AxisUnit {
  return unitFor(byteUnits, bytes);
}

function unitFor(units: readonly AxisUnit[], largest: number): AxisUnit {
  return units.find(({ size }) => largest >= size) ?? units[units.length - 1];
}
