import { quoted } from '../output/rerun-command.js';

/** What only holds once, and no later run of the same command needs. */
const once = new Set(['--force', '--json', '--dry-run', '--recompute']);

/** The command that was typed, as a shell reads it again. */
export function commandLine(given: readonly string[] = process.argv.slice(2)): string {
  return ['feddymem', ...given.filter((text) => !once.has(text)).map(quoted)].join(' ');
}
