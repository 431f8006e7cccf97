/** Numbers as people read them. Nothing here asks the locale, so that equal results have equal reports. */

/** The words for a figure that nobody measured. */
export const notAvailable = 'n/a';

/** A score in [0, 1] with three decimals and no leading zero: ".873", "1.000"; "n/a" for null. */
export function formatScore(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return notAvailable;
  return value.toFixed(3).replace(/^(-?)0\./, '$1.');
}

/** A difference of scores with its sign: "+.012", "−.003"; ".000" has none. */
export function formatSignedScore(value: number, minus = '−'): string {
  const text = formatScore(Math.abs(value));
  if (text === '.000') return text;
  return `${value < 0 ? minus : '+'}${text}`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in decimal units: "0 B", "999 B", "1.2 MB", "340 GB"; "n/a" for null. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return notAvailable;
  let value = bytes;
  let unit = 0;
  // What would round to 1000 is named in the next unit.
  for (; value >= 999.5 && unit < byteUnits.length - 1; unit++) value /= 1000;
  const digits = unit > 0 && value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${byteUnits[unit]}`;
}

/** A span of time: "12 ms", "3.2 s", "1 min 15 s", "2 h 5 min", "3 d 4 h"; "n/a" for null. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return notAvailable;
  if (seconds === 0) return '0 s';
  if (seconds < 0.001) return '< 1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return twoUnits(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return twoUnits(whole, 3600, 'h', 60, 'min');
  return twoUnits(whole, 86_400, 'd', 3600, 'h');
}

function twoUnits(seconds: number, large: number, largeName: string, small: number, smallName: string) {
  const rest = Math.floor((seconds % large) / small);
  const head = `${Math.floor(seconds / large)} ${largeName}`;
  return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}

/** Any number to four significant digits, as short as it gets: "0.1235", "1235", "1.2e-7"; "n/a" for null. */
export function formatNumber(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return notAvailable;
  return String(Number(value.toPrecision(4)));
}

/** A whole number in groups of three: "12,345,678". */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 client", "6 clients". */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
