import { basename } from 'node:path/posix';
import { badInput, invariant } from '../../../base/errors.js';
import type { ImageRecord } from '../image.js';
import { compareText, type Part, type Pool } from './pool.js';
import type { NaturalSettings, PartitionSettings } from './schema.js';

/** What a table says of an image: its client; undefined where it says nothing. */
export type Column = (image: ImageRecord) => string | undefined;

/**
 * One client for each source, category, name or table entry. Sources and categories come in the order in which the
 * pool's images first show them; names and entries are sorted by code units.
 * @throws FeddymemError (bad-input) when a pattern matches nothing or a table lacks an image
 */
export function splitNatural(pool: Pool, settings: NaturalSettings, column?: Column): Part[] {
  const clientOf = clientNaming(pool, settings, column);
  const parts = new Map<string, { id: string; train: ImageRecord[]; test: ImageRecord[] }>();
  for (const split of ['train', 'test'] as const) {
    for (const image of pool[split]) {
      const id = clientOf(image);
      if (id === undefined) continue;
      if (!parts.has(id)) parts.set(id, { id, train: [], test: [] });
      parts.get(id)![split].push(image);
    }
  }
  const found = [...parts.values()];
  if (settings.by === 'source' || settings.by === 'category') return found;
  if (settings.by === 'file-name' && found.length === 0) {
    const example = pool.train[0] ?? pool.test[0];
    throw badInput(
      `data.partition.pattern ${String(new RegExp(settings.pattern))} matches no file name`,
      `Its first group must find the client in names such as ${example ? basename(example.id) : 'exp1_0001.png'}.`,
    );
  }
  return found.sort((a, b) => compareText(a.id, b.id));
}

/** How many images are nobody's, because their file names don't match the pattern. */
export function countOfNobody(pool: Pool, settings: PartitionSettings): { train: number; test: number } {
  if (settings.by !== 'file-name') return { train: 0, test: 0 };
  const clientOf = clientInName(settings.pattern);
  const count = (images: readonly ImageRecord[]) =>
    images.filter((image) => clientOf(image) === undefined).length;
  return { train: count(pool.train), test: count(pool.test) };
}

function clientNaming(pool: Pool, settings: NaturalSettings, column?: Column): Column {
  switch (settings.by) {
    case 'source':
      return ({ source }) => source;
    case 'category':
      return categoryNaming(pool);
    case 'file-name':
      return clientInName(settings.pattern);
    case 'column':
      invariant(column !== undefined, 'a partition by column was given no table');
      return (image) => {
        const client = column(image);
        if (client !== undefined && client !== '') return client;
        throw badInput(
          `data.partition: column ${settings.column} of ${settings.file} has no entry for the image ${image.id}`,
          `Add a row whose ${settings.key} is ${image.id}, the end of its path, or ${basename(image.id)}.`,
        );
      };
  }
}

function clientInName(pattern: string): Column {
  const expression = new RegExp(pattern);
  return ({ id }) => expression.exec(basename(id))?.[1];
}

/** The category; after its source where there are several. Two categories may not end up with one name. */
function categoryNaming({ train, test }: Pool): Column {
  const images = [...train, ...test];
  const several = new Set(images.map(({ source }) => source)).size > 1;
  const nameOf = ({ source, category }: ImageRecord) => (several ? `${source}-${category}` : category);
  const shown = new Map<string, ImageRecord>();
  for (const image of images) {
    const name = nameOf(image);
    const first = shown.get(name) ?? image;
    shown.set(name, first);
    if (first.source !== image.source) {
      throw badInput(
        `data.partition: category ${first.category} of ${first.source} and category ${image.category} of ${image.source} would both be client ${name}`,
        'Rename one of the data sets.',
      );
    }
  }
  return nameOf;
}
