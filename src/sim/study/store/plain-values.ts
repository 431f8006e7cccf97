import type { DuckDBValueConverter, Json } from '@duckdb/node-api';
import type { DuckDb } from './database.js';

export type PlainValue = Json;

/** Digits up to which a decimal is the number that its text says. */
const exactDigits = 15;

/**
 * Values as JSON has them: integers and decimals as numbers where a number holds them exactly and as text elsewhere,
 * dates and times as text.
 */
export function plainValues(duckdb: DuckDb): DuckDBValueConverter<PlainValue> {
  return (value, type, converter) => {
    if (typeof value === 'bigint') {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    }
    if (value instanceof duckdb.DuckDBDecimalValue)
      return value.width <= exactDigits ? Number(String(value)) : String(value);
    return duckdb.JsonDuckDBValueConverter(value, type, converter);
  };
}
