import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeManifest, manifestOf } from '../../../../src/sim/output/manifest.js';
import { scoresCsv } from '../../../../src/sim/output/scores-csv.js';
import type { RunResult } from '../../../../src/sim/result/run-result.js';
import { runScenario } from '../../../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../../../src/sim/scenario/load.js';
import { queryStore, type Row } from '../../../../src/sim/study/store/query-store.js';
import { cellFolder, writeStudy, type AxisValue, type Study } from '../../../../src/sim/study/study-file.js';
import { temporaryFolder } from '../../../support/tiny.js';

/** Four small clients, one held out, in a network that loses a message and damages another; runs in a second. */
const disturbed = {
  name: 'disturbed',
  clients: 4,
  data: {
    source: 'features',
    channels: 8,
    grid: 3,
    products: 2,
    trainImages: 6,
    minimumTrainImages: 4,
    testGood: 3,
    testDefective: 3,
  },
  method: {
    rounds: 2,
    alignment: 'orthogonal',
    dimensions: 8,
    patches: 60,
    memory: { local: 8, upload: 4, global: 10, minimumPatches: 1 },
    training: { steps: 2, batchSize: 16 },
  },
  holdOut: ['client-4'],
  schedule: { deadline: 2, retry: { after: 1, times: 2 } },
  faults: {
    plan: [
      { kind: 'lose', client: 'client-2', step: 'train', round: 1 },
      { kind: 'corrupt', client: 'client-3', step: 'train', round: 2 },
    ],
  },
  evaluate: { rounds: ['own'] },
};

/** Runs the disturbed federation for real, into a folder. */
export async function writeRealRun(folder: string, seed: number): Promise<RunResult> {
  const scenario = parseScenario({ ...disturbed, seed }, 'disturbed');
  const lines: string[] = [];
  const run = await runScenario(scenario, {
    cacheFolder: temporaryFolder(),
    workers: 'inline',
    results: 'off',
    onJournalLine: (line) => lines.push(line),
  });
  await mkdir(folder, { recursive: true });
  writeManifest(folder, manifestOf([{ fromRound: 0, scenario: run.scenario }]));
  await writeFile(join(folder, 'journal.jsonl'), lines.map((line) => `${line}\n`).join(''));
  await writeFile(join(folder, 'scores.csv'), scoresCsv(run));
  await writeFile(join(folder, 'result.json'), JSON.stringify(run.result));
  return run.result;
}

/** A result of one client whose image AUROC is given. */
export function sampleResult(auroc: number | null, changes: Partial<RunResult> = {}): RunResult {
  const metrics = { imageAuroc: auroc, imageAp: 0.5, imageF1Max: 0.25, imageF1MaxThreshold: 1.5 };
  const reason = auroc === null ? { imageAurocReason: 'no defective sample' } : {};
  return {
    scenario: 'sample',
    seed: 1,
    engine: 'onnx',
    method: 'feddymem',
    split: 'test',
    versions: { node: '20.0.0', cpu: 'a processor', instructions: 'avx2' },
    clients: [
      {
        id: 'client-1',
        heldOut: false,
        trainImages: 4,
        testImages: 2,
        device: null,
        bytesUp: 10,
        bytesDown: 20,
        computeSeconds: 0.5,
        joules: 0,
        own: { ...metrics, ...reason },
        global: { imageAuroc: 0.75, imageAp: 0.5, imageF1Max: 0.25 },
      },
    ],
    categories: [],
    mean: { own: { ...metrics, ...reason, worstImageAuroc: auroc } },
    rounds: [],
    bytes: { up: 10, down: 20, once: 3 },
    joules: 0,
    virtualSeconds: 1.5,
    journalDigest: 'd1',
    wallSeconds: { features: 1, training: 2, scoring: 3, total: 6 },
    ...changes,
  };
}

/** A finished cell without a manifest, with a score of each of its images, and as many messages. */
export async function writeCell(folder: string, result: RunResult, scores: readonly number[] = [0.5]) {
  await mkdir(folder, { recursive: true });
  const lines = scores.map((score, at) => `client-1,image-${at},own,${at % 2},${score}\n`);
  await writeFile(join(folder, 'scores.csv'), `client,image,view,label,score\n${lines.join('')}`);
  const sent = scores.map((_, sequence) =>
    JSON.stringify({
      sequence,
      event: 'sent',
      time: 0,
      from: 'server',
      to: 'a',
      number: sequence + 1,
      kind: 'upload',
    }),
  );
  await writeFile(join(folder, 'journal.jsonl'), sent.map((line) => `${line}\n`).join(''));
  await writeFile(join(folder, 'result.json'), JSON.stringify(result));
}

/** Cells named by their axes. */
export function sampleStudy(
  axes: Readonly<Record<string, readonly AxisValue[]>>,
  cells: readonly { readonly axes: Record<string, AxisValue>; readonly seed: number }[],
): Study {
  return {
    format: 'feddymem study 1',
    name: 'sample',
    kind: 'sweep',
    axes: Object.entries(axes).map(([name, values]) => ({ name, values: [...values] })),
    seeds: [...new Set(cells.map(({ seed }) => seed))],
    cells: cells.map((cell) => ({ ...cell, id: idOf(cell.axes, cell.seed), changes: [] })),
    scenario: 'sample.yaml',
    base: {},
  };
}

export function idOf(axes: Readonly<Record<string, AxisValue>>, seed: number): string {
  return [...Object.entries(axes).map(([name, value]) => `${name}=${value}`), `seed=${seed}`].join('_');
}

export interface WrittenStudy {
  readonly folder: string;
  readonly study: Study;
  cell(id: string): string;
  remove(): Promise<void>;
}

export async function writeSampleStudy(study: Study): Promise<WrittenStudy> {
  const folder = temporaryFolder();
  await writeStudy(folder, study);
  return {
    folder,
    study,
    cell: (id) => cellFolder(folder, { id }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** All rows of an answer. */
export async function rowsOf(store: string, sql: string): Promise<Row[]> {
  return queryStore(store, sql, async ({ batches }) => {
    const rows: Row[] = [];
    for await (const batch of batches) rows.push(...batch);
    return rows;
  });
}

export async function objectsOf(store: string, sql: string): Promise<Record<string, unknown>[]> {
  return queryStore(store, sql, async ({ columns, batches }) => {
    const rows: Record<string, unknown>[] = [];
    for await (const batch of batches)
      rows.push(...batch.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]))));
    return rows;
  });
}
