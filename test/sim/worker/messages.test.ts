import { join } from 'node:path';
import { expect, it } from 'vitest';
import { executorOn, openWorkers, type RunTask, type WorkerPool } from '../../../src/sim/run/executor.js';
import { createJobsUnderWay } from '../../../src/sim/run/jobs-under-way.js';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import type { Job } from '../../../src/sim/worker/jobs.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { writeImageSet } from '../../support/image-tree.js';
import { temporaryFolder, tinyScenario } from '../../support/tiny.js';

/** What may be copied in one block: a feature block, a bank or a map is larger. */
const smallBytes = 1024;

/** Blocks of a message that would be copied: those whose memory is not shared. Nothing is transferred. */
function copiedBlocks(value: unknown, path = 'message'): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (ArrayBuffer.isView(value)) {
    return value.buffer instanceof SharedArrayBuffer || value.buffer.byteLength <= smallBytes
      ? []
      : [`${path}: ${value.constructor.name} over ${value.buffer.byteLength} bytes`];
  }
  if (value instanceof ArrayBuffer)
    return value.byteLength <= smallBytes ? [] : [`${path}: ${value.byteLength} bytes`];
  const entries: [unknown, unknown][] =
    value instanceof Map ? [...value] : value instanceof Set ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, item]) => copiedBlocks(item, `${path}.${String(key)}`));
}

it('notices a block that would be copied', () => {
  expect(copiedBlocks({ deep: [{ block: new Float32Array(1000) }] })).toEqual([
    'message.deep.0.block: Float32Array over 4000 bytes',
  ]);
  // A small view of a large block takes the whole block along.
  expect(copiedBlocks(new Uint8Array(5000).subarray(0, 2))).toHaveLength(1);
  expect(copiedBlocks(new Map([['a', new Uint8Array(new SharedArrayBuffer(5000))]]))).toEqual([]);
});

it('no job of any kind copies a block to or from its worker', async () => {
  const root = temporaryFolder();
  await writeImageSet(join(root, 'images', 'tiles'));
  const scenario = parseScenario(
    {
      ...tinyScenario,
      clients: undefined,
      data: {
        ...{ source: 'folder', folder: 'images', sets: ['tiles'] },
        partition: { by: 'file-name', pattern: '^([ab])_' },
      },
    },
    'test',
  );
  const seen = new Map<Job['kind'], number>();
  const copied: string[] = [];
  const inline = openWorkers('inline');
  const watched: RunTask = async (task) => {
    const { kind } = task.job;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    copied.push(...copiedBlocks(task, `${kind} to the worker`));
    const completed = await inline.run(task);
    copied.push(...copiedBlocks(completed, `${kind} from the worker`));
    return completed;
  };
  const pool: WorkerPool = { ...inline, run: watched };
  await runScenario(scenario, {
    dataFolder: root,
    cacheFolder: temporaryFolder(),
    results: 'off',
    shared: {
      jobs: createJobsUnderWay(),
      executor: (environment) => {
        const executor = executorOn(pool, environment);
        // A study asks for this one before it runs anything.
        void executor.run({ kind: 'cached', images: [] });
        return executor;
      },
      forgetFeatures: () => undefined,
      close: () => Promise.resolve(),
    },
  });
  expect([...seen.keys()].sort()).toEqual([
    'cached',
    'engine',
    'features',
    'leaks',
    'pixels',
    'score',
    'step',
  ]);
  expect(copied).toEqual([]);
});
