import { Command, Option } from 'commander';
import { badInput } from '../../base/errors.js';
import { wallClock } from '../../base/stopwatch.js';
import { formatBytes, formatCount, formatSeconds, plural } from '../report/format.js';
import { cacheKinds, type CacheKind } from '../store/cache-layout.js';
import { totalUsage, usage, type KindUsage } from '../store/cache-usage.js';
import { checkCache } from '../store/check.js';
import { prune } from '../store/prune.js';
import { cacheLimit, parseSize } from '../store/size-limit.js';
import { cacheFolder } from './cache-folder.js';
import { print, table } from './table.js';

interface CacheFlags {
  to?: string;
  kind?: CacheKind;
  json?: boolean;
}

export function cacheCommand(): Command {
  const command = new Command('cache')
    .description('Show what is kept between runs; prune, clear or check it.')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
The cache only saves time: what is missing is computed again. Its folder is FEDDYMEM_CACHE (default: the user's
cache folder), its limit FEDDYMEM_CACHE_LIMIT (default: 20GB); every run ends by keeping to it.

Examples:
  $ feddymem cache                                   what it holds
  $ feddymem cache prune --to 2GB                    delete the least recently used
  $ feddymem cache clear --kind payloads             delete all of one kind
  $ feddymem cache check                             delete what is damaged`,
    )
    .action(show);
  subcommand(command, 'prune')
    .description('Delete the least recently used entries until the rest is under a limit.')
    .option('--to <size>', 'the limit, such as 500MB or 2GB (default: the cache limit)')
    .action((_, parsed: Command) => shrink(parsed.optsWithGlobals()));
  subcommand(command, 'clear')
    .description('Delete all entries.')
    .action((_, parsed: Command) => shrink({ ...parsed.optsWithGlobals<CacheFlags>(), to: '0B' }));
  subcommand(command, 'check')
    .description('Hold every entry against its checksum and delete the damaged ones.')
    .action((_, parsed: Command) => check(parsed.optsWithGlobals()));
  return command;
}

function subcommand(parent: Command, name: string): Command {
  // Whoever made the parent throw instead of ending the process means its subcommands too.
  return parent
    .command(name)
    .exitOverride()
    .addOption(new Option('--kind <kind>', 'entries of this kind only').choices(cacheKinds))
    .option('--json', 'print as JSON');
}

async function show({ json }: CacheFlags): Promise<void> {
  const folder = cacheFolder();
  const limit = cacheLimit();
  const counted = await usage(folder);
  if (json) {
    print(JSON.stringify({ folder, limitBytes: limit, kinds: counted }, null, 2));
    return;
  }
  const now = wallClock().getTime();
  const row = (name: string, { entries, bytes, newestUse }: KindUsage) => [
    name,
    formatCount(entries),
    formatBytes(bytes),
    // A file server's clock may be ahead of this machine's.
    newestUse ? `${formatSeconds(Math.max(0, Math.round((now - newestUse.getTime()) / 1000)))} ago` : '–',
  ];
  print(
    `folder  ${folder}\n` +
      `limit   ${formatBytes(limit)}, ${formatBytes(totalUsage(counted).bytes)} used\n\n` +
      table([
        ['kind', 'entries', 'size', 'last used'],
        ...cacheKinds.map((kind) => row(kind, counted[kind])),
        ...(counted.other.entries > 0 ? [row('other', counted.other)] : []),
      ]),
  );
}

/** Prunes and clears: to clear is to prune to nothing. */
async function shrink({ to, kind, json }: CacheFlags): Promise<void> {
  const folder = cacheFolder();
  const limit = to === undefined ? cacheLimit() : parseSize(to, '--to');
  const outcome = await prune(folder, limit, kind ? [kind] : cacheKinds);
  const { deletedEntries, deletedBytes, leftovers, keptEntries, keptBytes, refused } = outcome;
  if (json) print(JSON.stringify({ folder, limitBytes: limit, ...outcome }, null, 2));
  else {
    print(
      `deleted  ${entriesText(deletedEntries)}, ${formatBytes(deletedBytes)}` +
        `${leftovers > 0 ? `, and ${plural(leftovers, 'unfinished file')}` : ''}\n` +
        `kept     ${entriesText(keptEntries)}, ${formatBytes(keptBytes)}`,
    );
  }
  if (keptBytes > limit) throw notAllowed(folder, `${entriesText(refused)} can't be deleted`);
}

async function check({ kind, json }: CacheFlags): Promise<void> {
  const folder = cacheFolder();
  const outcomes = await checkCache(folder, kind ? [kind] : cacheKinds);
  const rows = Object.entries(outcomes);
  if (json) print(JSON.stringify({ folder, kinds: outcomes }, null, 2));
  else {
    print(
      table([
        ['kind', 'checked', 'damaged and deleted'],
        ...rows.map(([name, { checked, damaged }]) => [name, formatCount(checked), formatCount(damaged)]),
      ]),
    );
  }
  const refused = rows.reduce((total, [, outcome]) => total + outcome.refused, 0);
  if (refused > 0) throw notAllowed(folder, `${entriesText(refused)} can't be read or deleted`);
}

function notAllowed(folder: string, what: string) {
  return badInput(`in the cache ${folder}, ${what}`, 'Ask their owner, or point FEDDYMEM_CACHE elsewhere.');
}

function entriesText(count: number): string {
  return count === 1 ? '1 entry' : `${formatCount(count)} entries`;
}
