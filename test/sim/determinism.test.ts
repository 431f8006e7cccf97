import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/sim/result/run-result.js';
import type { FinishedRun } from '../../src/sim/run/run-scenario.js';
import { memoryFile } from '../../src/sim/output/memory-file.js';
import { runTiny, temporaryFolder } from '../support/tiny.js';

/** Everything but the wall time. */
function figures({ result }: FinishedRun): Omit<RunResult, 'wallSeconds'> {
  const { wallSeconds: _, ...rest } = result;
  return rest;
}

describe.each(['feddymem', 'local', 'fedavg-cfa'])('same bits: %s', (name) => {
  it('with one worker, two workers and none', async () => {
    const lines: string[][] = [[], [], []];
    const runs: FinishedRun[] = [];
    for (const [index, workers] of ([1, 2, 'inline'] as const).entries()) {
      const onJournalLine = (line: string) => lines[index].push(line);
      runs.push(await runTiny({ method: { name } }, { workers, onJournalLine }));
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
