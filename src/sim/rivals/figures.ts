import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { badInput, messageOf } from '../../base/errors.js';
import { canonicalJson, hashJson, type Json } from '../../base/hash.js';
import { bytesToShare } from '../result/bytes-to-share.js';
import type { RunResult } from '../result/run-result.js';
import { splitNames } from '../data/validation.js';
import { writeNamed } from '../store/write-named.js';
import { bytesPerRound } from '../study/summary.js';
import { addressOf, type RivalCell } from './cells.js';

/** The share of its last figure that a run's bytes are counted to. */
export const share = 0.99;

const metric = z.number().nullable();
const view = z.object({ auroc: metric, ap: metric, worst: metric }).optional();

const address = {
  pass: z.enum(['tune', 'test', 'unseen']),
  row: z.string(),
  trial: z.int().nullable(),
  federation: z.string(),
  seed: z.int(),
  settings: z.string(),
  code: z.string(),
};

/** A finished run. Views are means over clients. */
const measured = z.object({
  state: z.literal('measured'),
  ...address,
  split: z.enum(splitNames),
  own: view,
  global: view,
  unseen: view,
  clients: z.int(),
  rounds: z.int(),
  bytesPerRound: z.number(),
  bytesOnce: z.int(),
  bytesTotal: z.int(),
  /** Until image AUROC on own images stays within 1 % of where it ends. */
  bytesToShare: z.int().nullable(),
  cpu: z.string(),
  versions: z.string(),
});

/** A run that ended in an error: it is tried again by the next call. */
const failed = z.object({ state: z.literal('failed'), ...address, error: z.string() });

const file = z.object({
  format: z.literal('feddymem rivals 1'),
  /** Versions by their hash. */
  versions: z.record(z.string(), z.record(z.string(), z.string())),
  cells: z.array(z.discriminatedUnion('state', [measured, failed])),
});

export type Measured = z.infer<typeof measured>;
export type Figure = Measured | z.infer<typeof failed>;

/** All figures there are, by address. */
export interface Figures {
  readonly versions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly cells: ReadonlyMap<string, Figure>;
}

export const noFigures: Figures = { versions: {}, cells: new Map() };

/** With what a cell came to, in place of what stood at its address. @param code hash of the code that computed */
export function withFigure(
  figures: Figures,
  cell: RivalCell,
  code: string,
  end: { readonly result: RunResult } | { readonly error: string },
): Figures {
  const { pass, row, trial, federation, seed, settings } = cell;
  const common = { pass, row, trial, federation, seed, settings, code };
  const cells = new Map(figures.cells);
  if ('error' in end) {
    cells.set(addressOf(cell), { state: 'failed', ...common, error: end.error });
    return { ...figures, cells };
  }
  const { result } = end;
  const versions = hashJson(result.versions).slice(0, 16);
  cells.set(addressOf(cell), { ...common, ...measurements(result), versions });
  return { versions: { ...figures.versions, [versions]: result.versions }, cells };
}

/** Where another row ran with the same settings by the same code, its figures are the cell's too; null: none did. */
export function withTwin(figures: Figures, cell: RivalCell, code: string): Figures | null {
  for (const figure of figures.cells.values()) {
    if (figure.state !== 'measured' || figure.settings !== cell.settings || figure.code !== code) continue;
    const { row, trial } = cell;
    return { ...figures, cells: new Map(figures.cells).set(addressOf(cell), { ...figure, row, trial }) };
  }
  return null;
}

function measurements(result: RunResult): Omit<Measured, keyof typeof address | 'versions'> {
  const { bytes, mean, split, clients, rounds, versions } = result;
  const views = (['own', 'global', 'unseen'] as const).flatMap((name) => {
    const found = mean[name];
    if (!found) return [];
    const { imageAuroc, imageAp, worstImageAuroc } = found;
    return [[name, { auroc: short(imageAuroc), ap: short(imageAp), worst: short(worstImageAuroc) }] as const];
  });
  return {
    state: 'measured',
    split,
    ...Object.fromEntries(views),
    clients: clients.length,
    rounds: rounds.length - 1,
    bytesPerRound: bytesPerRound(result),
    bytesOnce: bytes.once,
    bytesTotal: bytes.once + bytes.up + bytes.down,
    bytesToShare: bytesToShare(result, share),
    cpu: versions.cpu ?? 'unknown',
  };
}

/** Six decimals: far below what images can tell apart. */
function short(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}

/** A line a cell, sorted, so that two versions of the file differ in the lines of the cells that do. */
export function figuresText({ versions, cells }: Figures): string {
  const used = new Set([...cells.values()].map((cell) => (cell.state === 'measured' ? cell.versions : '')));
  const lines = [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => canonicalJson(plain(cell)));
  const kept = Object.entries(versions).filter(([hash]) => used.has(hash));
  const machines = kept
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([hash, names]) => `${JSON.stringify(hash)}:${canonicalJson(plain(names))}`);
  return `{"format":"feddymem rivals 1",\n"versions":{\n${machines.join(',\n')}\n},\n"cells":[\n${lines.join(',\n')}\n]}\n`;
}

function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** @throws FeddymemError (bad-input) when the text holds no figures that this version reads */
export function parseFigures(text: string, path: string): Figures {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badInput(`${path} is not valid JSON: ${messageOf(error)}`, 'Restore it, or remove it.', error);
  }
  const parsed = file.safeParse(value);
  if (!parsed.success)
    throw badInput(`${path} holds no figures that this version reads`, 'Remove it.', parsed.error);
  const { versions, cells } = parsed.data;
  return { versions, cells: new Map(cells.map((cell) => [addressOf(cell), cell])) };
}

/** @returns no figures where there is no file */
export async function readFigures(path: string): Promise<Figures> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw badInput(`${path} can't be read: ${messageOf(error)}`, 'Choose another file.', error);
  });
  return text === null ? noFigures : parseFigures(text, path);
}

/** Whole or not at all. @throws FeddymemError (bad-input) */
export async function writeFigures(path: string, figures: Figures): Promise<void> {
  await writeNamed(path, figuresText(figures), 'Choose another file.');
}
