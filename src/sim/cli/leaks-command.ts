import { Command } from 'commander';
import { loadClients } from '../data/clients.js';
import { denyLeaks, filesOf, leaksOf } from '../data/leaks/federation-leaks.js';
import type { LeakSummary } from '../data/leaks/summary.js';
import { formatCount, plural } from '../report/format.js';
import { loadScenario } from '../scenario/load.js';
import { cacheFolder } from './cache-folder.js';
import { print, table } from './table.js';

interface LeakFlags {
  readonly data?: string;
  readonly denyLeaks?: boolean;
  readonly json?: boolean;
}

/** Pairs that are printed. */
const mostLines = 20;

export function leaksCommand(): Command {
  return new Command('leaks')
    .description('Find training images that are test images too, of any client, exactly or nearly.')
    .argument('<scenario>', 'a YAML file')
    .option('--deny-leaks', 'end with an error when there are some')
    .option('--data <folder>', 'the data folder (default: FEDDYMEM_DATA)')
    .option('--json', 'print as JSON')
    .action(leaks);
}

async function leaks(path: string, flags: LeakFlags): Promise<void> {
  const scenario = await loadScenario(path);
  const clients = await loadClients(scenario, flags.data ?? process.env.FEDDYMEM_DATA);
  const files = filesOf(clients);
  const found = files && (await leaksOf(files, cacheFolder()));
  if (flags.json) print(JSON.stringify(found, null, 2));
  else print(found ? leakLines(found) : 'the images of this scenario are drawn: none can be two of them');
  if (flags.denyLeaks) denyLeaks(found);
}

function leakLines({ exact, near, testImages, byClients, pairs }: LeakSummary): string {
  if (exact + near === 0) return 'no training image is a test image too';
  const more = exact + near - Math.min(mostLines, pairs.length);
  return [
    `${plural(exact, 'exact duplicate')} and ${plural(near, 'near one')} of training images in the test data, which concern ${plural(testImages, 'test image')}`,
    '',
    table(
      [
        ['trained by', 'tested by', 'exact', 'near'],
        ...byClients.map((row) => [row.train, row.test, formatCount(row.exact), formatCount(row.near)]),
      ],
      ['left', 'left', 'right', 'right'],
    ),
    '',
    table(
      [
        ['similarity', 'training image', 'test image'],
        ...pairs
          .slice(0, mostLines)
          .map(({ kind, similarity, train, test }) => [
            kind === 'exact' ? 'exact' : similarity.toFixed(3),
            train.id,
            test.id,
          ]),
      ],
      ['left', 'left', 'left'],
    ),
    ...(more > 0 ? [`… and ${formatCount(more)} more`] : []),
  ].join('\n');
}
