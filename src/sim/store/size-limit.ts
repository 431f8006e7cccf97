import { badInput } from '../../base/errors.js';

const units: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
const defaultLimit = '20GB';

/**
 * Bytes of a size such as "500MB" or "1.5 GB": decimal units, in capitals or not.
 * @param name of the option or variable, for the error
 * @throws bad input that names the value
 */
export function parseSize(text: string, name: string): number {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?B)\s*$/i.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * units[unit?.toUpperCase()]);
  if (!Number.isSafeInteger(bytes)) {
    throw badInput(
      `${name}: ${JSON.stringify(text)} is not a size`,
      `Write a number and one of ${Object.keys(units).join(', ')}, such as 500MB or 10GB.`,
    );
  }
  return bytes;
}

/** How many bytes the cache may hold: FEDDYMEM_CACHE_LIMIT, else 20 GB. */
export function cacheLimit(): number {
  // An empty variable is one that was not set.
  return parseSize(process.env.FEDDYMEM_CACHE_LIMIT || defaultLimit, 'FEDDYMEM_CACHE_LIMIT');
}
