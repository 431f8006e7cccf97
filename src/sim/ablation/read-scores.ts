import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { badInput, messageOf } from '../../base/errors.js';
import type { DetectorImages, ScoredImage } from '../statistics/scored-images.js';

/** The views that are compared: those that every client has. */
export const comparedViews = ['own', 'global'] as const;
export type ComparedView = (typeof comparedViews)[number];

const columns = ['client', 'image', 'view', 'label', 'score'] as const;
type Row = Readonly<Record<(typeof columns)[number], string>>;

/**
 * The scores of a run's scores.csv, by view.
 * @throws FeddymemError (bad-input) when the file can't be read
 */
export async function readScores(path: string): Promise<Record<ComparedView, DetectorImages[]>> {
  let rows: Row[];
  try {
    rows = parse(await readFile(path), { columns: true });
  } catch (error) {
    throw badInput(`${path} can't be read: ${messageOf(error)}`, 'Run the cell again.', error);
  }
  const missing = columns.filter((column) => rows.length > 0 && !(column in rows[0]));
  if (missing.length > 0)
    throw badInput(`${path} has no column ${missing.join(', ')}`, 'Run the cell again.');
  // Whose image it is: its own client scored it, or the held-out one.
  const owners = new Map(rows.filter(({ view }) => view !== 'global').map((row) => [row.image, row.client]));
  return { own: detectorsOf(rows, 'own', owners), global: detectorsOf(rows, 'global', owners) };
}

function detectorsOf(
  rows: readonly Row[],
  view: ComparedView,
  owners: ReadonlyMap<string, string>,
): DetectorImages[] {
  const detectors = new Map<string, ScoredImage[]>();
  for (const row of rows) {
    if (row.view !== view) continue;
    const images = detectors.get(row.client) ?? [];
    detectors.set(row.client, images);
    images.push({
      id: row.image,
      owner: owners.get(row.image) ?? '',
      label: row.label === '0' ? 0 : 1,
      score: Number(row.score),
    });
  }
  return [...detectors].map(([client, images]) => ({ client, images }));
}
