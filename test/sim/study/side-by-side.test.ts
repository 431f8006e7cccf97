import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import type { ImageRecord } from '../../../src/sim/data/image.js';
import { sealLabel } from '../../../src/sim/data/label.js';
import type { Executor } from '../../../src/sim/run/executor.js';
import { createJobsUnderWay } from '../../../src/sim/run/jobs-under-way.js';
import { withSharedFeatures, type KnownFeatures } from '../../../src/sim/run/shared-features.js';
import { createSharedWork } from '../../../src/sim/run/shared-work.js';
import { entryPath } from '../../../src/sim/store/cache-layout.js';
import type { FeatureJob, Job } from '../../../src/sim/worker/jobs.js';
import { studyDisplay } from '../../../src/sim/cli/study-progress.js';
import type { CellOutcome } from '../../../src/sim/study/run-study.js';
import { place, setUse, temporaryFolder, useOf } from '../store/samples.js';
import { studyOver } from './samples.js';

describe('a job under way', () => {
  it('is had by one at a time, in the order of asking; others are not in its way', async () => {
    const jobs = createJobsUnderWay<string>();
    const seen: string[] = [];
    const work = async (job: string, name: string, turns: number) => {
      const giveBack = await jobs.take(job);
      seen.push(`${name} starts`);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      seen.push(`${name} ends`);
      giveBack();
    };
    await Promise.all([
      work('a', 'first', 50),
      work('a', 'second', 1),
      work('b', 'other', 1),
      work('a', 'third', 1),
    ]);
    expect(seen.filter((text) => !text.startsWith('other'))).toEqual(
      ['first', 'second', 'third'].flatMap((name) => [`${name} starts`, `${name} ends`]),
    );
    expect(seen.indexOf('other ends')).toBeLessThan(seen.indexOf('first ends'));
  });
});

const cacheFolder = temporaryFolder();

const image = (id: string, mask: ImageRecord['mask'] = { kind: 'none' }): ImageRecord => ({
  ...{ id, label: sealLabel(0), source: 's', category: 'c', mask },
  location: { kind: 'file', path: `/images/${id}` },
});
const featuresOf = (images: readonly ImageRecord[], broken: FeatureJob['broken'] = 'fail'): FeatureJob => ({
  kind: 'features',
  images,
  broken,
});

function recorded(
  known: KnownFeatures,
  answer: (job: FeatureJob) => Promise<void> = () => Promise.resolve(),
) {
  const asked: string[][] = [];
  const run = async (job: Job) => {
    const { images } = job as FeatureJob;
    asked.push(images.map(({ id }) => id));
    await answer(job as FeatureJob);
    for (const { id } of images) place(entryPath(cacheFolder, 'features', sha256(id)), 4);
    return { images: images.map(({ id }) => ({ key: sha256(id) })), computed: images.length };
  };
  return { asked, executor: withSharedFeatures({ run } as unknown as Executor, known, cacheFolder) };
}

describe('features of runs side by side', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => image(id));

  it('are asked for once, and everybody gets its own in order', async () => {
    const known: KnownFeatures = new Map();
    const [one, two] = [recorded(known), recorded(known)];
    const results = await Promise.all([
      one.executor.run(featuresOf([a, b])),
      two.executor.run(featuresOf([c, b, a, c])),
    ]);
    expect([one.asked, two.asked]).toEqual([[['a', 'b']], [['c']]]);
    const keys = results.map(({ images }) => images.map((each) => 'key' in each && each.key));
    expect(keys).toEqual([['a', 'b'].map(sha256), ['c', 'b', 'a', 'c'].map(sha256)]);
    expect(results.map(({ computed }) => computed)).toEqual([2, 1]);
    expect((await two.executor.run(featuresOf([a]))).computed).toBe(0);
    known.clear();
    await two.executor.run(featuresOf([a]));
    expect(two.asked).toEqual([['c'], ['a']]);
  });

  it('are asked for again where the run that had asked was stopped', async () => {
    const known: KnownFeatures = new Map();
    const stopped = recorded(known, () => Promise.reject(new Error('interrupted')));
    const other = recorded(known);
    const [first, second] = await Promise.allSettled([
      stopped.executor.run(featuresOf([a, b])),
      other.executor.run(featuresOf([b, c])),
    ]);
    expect(first.status).toBe('rejected');
    expect(second).toMatchObject({
      status: 'fulfilled',
      value: { images: [{ key: sha256('b') }, { key: sha256('c') }] },
    });
    expect(other.asked).toEqual([['c'], ['b']]);
  });

  it('are in use again by every run, and asked for again where others have pruned them', async () => {
    const { asked, executor } = recorded(new Map());
    await executor.run(featuresOf([a, b]));
    const [kept, pruned] = [a, b].map(({ id }) => entryPath(cacheFolder, 'features', sha256(id)));
    setUse(kept, 0);
    rmSync(pruned);
    const { images } = await executor.run(featuresOf([a, b]));
    expect(images).toEqual([{ key: sha256('a') }, { key: sha256('b') }]);
    expect(asked).toEqual([['a', 'b'], ['b']]);
    expect(useOf(kept)).toBeGreaterThan(0);
  });

  it('tell apart images with other masks where masks are looked at', async () => {
    const known: KnownFeatures = new Map();
    const { asked, executor } = recorded(known);
    const masked = image('a', { kind: 'empty' });
    await executor.run(featuresOf([a]));
    await executor.run(featuresOf([masked]));
    await executor.run(featuresOf([a], 'skip'));
    await executor.run(featuresOf([masked], 'skip'));
    expect(asked).toHaveLength(3);
  });
});

describe('shared work', () => {
  it('ends the jobs of one run and not those of another', async () => {
    const shared = createSharedWork('inline');
    const backbone = { name: 'none', channels: 2, grid: 2, ring: 0 } as const;
    const environment = {
      engine: 'onnx',
      provider: 'cpu',
      backbone,
      cacheFolder: temporaryFolder(),
    } as const;
    const [one, two] = [shared.executor(environment), shared.executor(environment)];
    one.stop();
    await expect(one.run({ kind: 'engine' })).rejects.toMatchObject({ code: 'interrupted' });
    expect((await two.run({ kind: 'engine' })).device).toEqual(expect.any(String));
    await one.close();
    await one.close();
    expect((await two.run({ kind: 'engine' })).version).toEqual(expect.any(String));
    await two.close();
    await shared.close();
  });
});

describe('the display', () => {
  const [cell, other] = studyOver({ rounds: [0, 1] }).cells;
  const failed: CellOutcome = {
    cell: other,
    state: 'failed',
    error: { code: 'bad-input', message: 'no images' },
  };
  const finished = {
    ...{ cell, state: 'finished', before: false },
    result: { mean: { own: { imageAuroc: 0.9 } }, wallSeconds: { total: 2 } },
  } as unknown as CellOutcome;
  const shown = (isTTY: boolean) => {
    let text = '';
    const display = studyDisplay({
      isTTY,
      write: (more: string | Uint8Array) => ((text += String(more)), true),
    });
    display.show({ kind: 'opened', todo: 2, finished: 3 });
    display.show({ kind: 'started', cell });
    display.show({ kind: 'started', cell: other });
    display.show({ kind: 'ended', outcome: finished });
    display.show({ kind: 'ended', outcome: failed });
    display.end();
    return text;
  };

  it('is a line a cell in a file', () => {
    expect(shown(false)).toBe(
      '3 cells finished before\n' +
        '[1/2] rounds=0_seed=1  own .900  2.0 s\n' +
        '[2/2] rounds=1_seed=1  failed: no images\n',
    );
  });

  it('is one line on a terminal, and what failed', () => {
    const lines = shown(true).split('\n');
    expect(lines.at(-1)).toMatch(/2\/2 cells, 0 running, 1 failed\r\u001b\[2K$/);
    expect(lines.join('\n')).toMatch(/1\/2 cells, 1 running, about /);
    expect(lines.filter((line) => line.includes('[2/2]'))).toHaveLength(1);
    expect(shown(true)).not.toContain('[1/2]');
  });
});
