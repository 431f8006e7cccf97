import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { RunResult } from '../../src/sim/result/run-result.js';
import type { Executor } from '../../src/sim/run/executor.js';
import { runScenario, type FinishedRun } from '../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../src/sim/scenario/load.js';
import { memoryFile } from '../../src/sim/output/memory-file.js';
import { merged, runTiny, temporaryFolder, tinyScenario } from '../support/tiny.js';

/** Everything but the wall time. */
function figures({ result }: FinishedRun): Omit<RunResult, 'wallSeconds'> {
  const { wallSeconds: _, ...rest } = result;
  return rest;
}

function readResult(folder: string): RunResult {
  return JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as RunResult;
}

/** Holds results back until no job is running any more, then hands them over last first. */
function reversed(executor: Executor): Executor {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    ...executor,
    async run(job) {
      running++;
      const result = await executor.run(job).finally(() => running--);
      const turn = new Promise<void>((resolve) => waiting.push(resolve));
      if (running === 0) for (const release of waiting.splice(0).reverse()) release();
      await turn;
      return result;
    },
  };
}

describe.each(['feddymem', 'local', 'fedavg-cfa'])('same bits: %s', (name) => {
  it('with one worker, two workers and none', async () => {
    const lines: string[][] = [[], [], []];
    const runs: FinishedRun[] = [];
    for (const [index, workers] of ([1, 2, 'inline'] as const).entries()) {
      const onJournalLine = (line: string) => lines[index].push(line);
      runs.push(await runTiny({ method: { name } }, { workers, onJournalLine, results: 'off' }));
    }
    expect(lines[0].length).toBeGreaterThan(20);
    expect(lines[1]).toEqual(lines[0]);
    expect(lines[2]).toEqual(lines[0]);
    expect(figures(runs[1])).toEqual(figures(runs[0]));
    expect(figures(runs[2])).toEqual(figures(runs[0]));
    expect(memoryFile(runs[1])).toEqual(memoryFile(runs[0]));
  });
});

describe('same bits', () => {
  it('with four workers, and with results forced to arrive in reverse order', async () => {
    const lines: string[][] = [[], [], []];
    const changes = [{ workers: 1 }, { workers: 4 }, { workers: 2, around: reversed }];
    for (const [index, options] of changes.entries()) {
      await runTiny({}, { ...options, results: 'off', onJournalLine: (line) => lines[index].push(line) });
    }
    expect(lines[1]).toEqual(lines[0]);
    expect(lines[2]).toEqual(lines[0]);
  });

  it('in a second process, with the cache cold and warm', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'tiny.yaml');
    writeFileSync(file, stringify({ ...tinyScenario, workers: 1 }));
    const { result } = await runTiny({}, { results: 'off' });
    const environment = { ...process.env, FEDDYMEM_CACHE: join(folder, 'cache') };
    for (const [name, ...flags] of [['cold'], ['warm'], ['recomputed', '--recompute']]) {
      const out = join(folder, name);
      const { status, stdout } = spawnSync(
        process.execPath,
        ['dist/sim/cli/main.js', 'run', file, '--out', out, '--check', ...flags],
        { env: environment, encoding: 'utf8' },
      );
      expect(status).toBe(0);
      expect(stdout).toContain(name === 'warm' ? ' 0 computed' : ' 0 taken');
      expect(readResult(out).journalDigest).toBe(result.journalDigest);
    }
  });

  it("adding a client leaves every other's data, initialisation and noise as they were", async () => {
    const features = { source: 'features', channels: 6, grid: 3, trainImages: 6, minimumTrainImages: 4 };
    const memory = { local: 6, upload: 3, global: 8, minimumPatches: 1 };
    /** All that a client computes, in its order; without exchange, that is all there is to know of it. */
    const computedBy = async (clients: number, seed: number) => {
      const found = new Map<string, unknown[]>();
      const method = { name: 'local', rounds: 2, patches: 40, dimensions: 4, memory };
      const given = { ...tinyScenario, backbone: undefined, data: features, clients, seed };
      const scenario = parseScenario(merged(given, { method, evaluate: { rounds: [] } }), 'test');
      await runScenario(scenario, {
        cacheFolder: temporaryFolder(),
        workers: 'inline',
        results: 'off',
        onJournalLine(line) {
          const { kind, to, local, figures } = JSON.parse(line) as Record<string, string>;
          if (kind === 'computed' && to !== 'server')
            found.set(to, [...(found.get(to) ?? []), local, figures]);
        },
      });
      return found;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(1000),
        async (few, more, seed) => {
          const before = await computedBy(few, seed);
          const after = await computedBy(few + more, seed);
          expect(before.size).toBe(few);
          for (const [client, computed] of before) expect(after.get(client)).toEqual(computed);
        },
      ),
      { numRuns: 5 },
    );
  });

  it('with the feature cache cold, warm and damaged', async () => {
    const cacheFolder = temporaryFolder();
    const progress: number[] = [];
    const run = () =>
      runTiny(
        {},
        { cacheFolder, onProgress: (event) => event.kind === 'features' && progress.push(event.computed) },
      );
    const cold = await run();
    const computed = progress.at(-1)!;
    expect(computed).toBeGreaterThan(0);
    expect(figures(await run())).toEqual(figures(cold));
    expect(progress.at(-1)).toBe(0);
    const folder = join(cacheFolder, 'features');
    const [shard] = readdirSync(folder).sort();
    const entries = readdirSync(join(folder, shard)).map((name) => join(folder, shard, name));
    for (const entry of entries) writeFileSync(entry, 'half an entry');
    expect(figures(await run())).toEqual(figures(cold));
    expect(progress.at(-1)).toBe(entries.length);
  });

  it('but not with another seed', async () => {
    const [one, two] = [await runTiny({ seed: 1 }), await runTiny({ seed: 2 })];
    expect(one.result.journalDigest).not.toBe(two.result.journalDigest);
  });

  it("leaves every client's first upload as it was when a client is added", async () => {
    const uploads = async (clients: number) => {
      const found: Record<string, unknown> = {};
      await runTiny(
        { clients, method: { rounds: 0, alignment: 'none' } },
        {
          onJournalLine(line) {
            const entry = JSON.parse(line) as Record<string, unknown>;
            if (entry.kind === 'upload' && entry.step === 'moments')
              found[String(entry.from)] = entry.payload;
          },
        },
      );
      return found;
    };
    const three = await uploads(3);
    expect(Object.keys(three)).toHaveLength(3);
    expect(await uploads(4)).toMatchObject(three);
  });
});
