import { badInput } from '../../../base/errors.js';
import { stream, type Address } from '../../../base/random.js';
import { splitCounted } from './counted.js';
import { splitNatural, type Column } from './natural.js';
import type { Draw, Part, Pool } from './pool.js';
import type { CountedScheme, NaturalSettings, PartitionSettings } from './schema.js';

export type { Part, Pool } from './pool.js';

export interface PartitionOptions {
  /** How many clients take part: the first ones. Left out: all. */
  readonly clients?: number;
  readonly seed: number;
  /** What the table of a partition by column says; see readPartitionTable. */
  readonly column?: Column;
}

type Counted = Exclude<PartitionSettings, NaturalSettings>;

/**
 * Who holds which image. Every image goes to exactly one client, but for those whose file names don't match a pattern
 * (countOfNobody) and those of clients beyond `options.clients`. A part does not depend on how many take part.
 * @throws FeddymemError (bad-input) when there are too few clients or images, or a pattern or table doesn't fit
 */
export function partition(pool: Pool, settings: PartitionSettings, options: PartitionOptions): Part[] {
  const at =
    (...before: Address): Draw =>
    (...address) =>
      stream(options.seed, 'partition', ...before, ...address);
  const { then } = settings;
  const outer = isCounted(settings)
    ? countedParts(pool, withClients(settings, options.clients), at(settings.by), 'data.partition', 'client')
    : splitNatural(pool, settings, options.column);
  const parts = then
    ? outer.flatMap((part) =>
        countedParts(
          part,
          then,
          at('within', part.id, then.by),
          `client ${part.id}: data.partition.then`,
          part.id,
        ),
      )
    : outer;
  if (options.clients === undefined) return parts;
  if (options.clients > parts.length) {
    throw badInput(
      `clients is ${options.clients}, but data.partition by ${settings.by} makes ${parts.length}`,
      `Set clients to ${parts.length} or fewer, or split further with data.partition.${then ? 'then.clients' : isCounted(settings) ? 'clients' : 'then'}.`,
    );
  }
  return parts.slice(0, options.clients);
}

function isCounted(settings: PartitionSettings): settings is Counted {
  return 'minimum' in settings;
}

/** As many clients as are wanted in the end, where the scheme itself doesn't say. */
function withClients(settings: Counted, wanted: number | undefined): CountedScheme {
  const clients =
    settings.clients ??
    (wanted === undefined ? undefined : Math.ceil(wanted / (settings.then?.clients ?? 1)));
  if (clients === undefined) {
    throw badInput(
      `data.partition by ${settings.by} needs to know how many clients there are`,
      'Set clients, or data.partition.clients.',
    );
  }
  return { ...settings, clients };
}

function countedParts(pool: Pool, scheme: CountedScheme, draw: Draw, path: string, prefix: string): Part[] {
  return splitCounted(pool, scheme, draw, path).map((part, at) => ({ id: `${prefix}-${at + 1}`, ...part }));
}
