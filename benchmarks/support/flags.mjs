// What a benchmark's command line says.
import { parseArgs } from 'node:util';

/**
 * Ends the process where help is asked for, or a flag is none.
 * @param {string} usage what --help prints
 * @param {import('node:util').ParseArgsConfig['options']} options
 */
export function readFlags(usage, options, { allowPositionals = false } = {}) {
  try {
    const { values, positionals } = parseArgs({
      options: { ...options, help: { type: 'boolean', default: false } },
      allowPositionals,
    });
    if (!values.help) return { values, positionals };
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}
