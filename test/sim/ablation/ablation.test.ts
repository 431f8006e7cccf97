import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { summariseAblation } from '../../../src/sim/ablation/ablation-result.js';
import { ablationStudy } from '../../../src/sim/ablation/ablation-study.js';
import { planAblation } from '../../../src/sim/ablation/plan.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { runStudy } from '../../../src/sim/study/run-study.js';
import { cellFolder } from '../../../src/sim/study/study-file.js';
import { temporaryFolder } from '../../support/tiny.js';

/** Drawn features: a cell takes a moment. */
const scenario = parseScenario(
  {
    name: 'drawn',
    clients: 3,
    data: { source: 'features', skew: 0.5, defectShift: 4 },
    method: {
      rounds: 1,
      patches: 100,
      memory: { local: 12, upload: 6, global: 12, minimumPatches: 2 },
      training: { steps: 3, batchSize: 32 },
    },
    evaluate: { rounds: [] },
  },
  'drawn',
);

describe('ablation', () => {
  it('runs every variant with every seed, and compares it with the full method', async () => {
    const folder = join(temporaryFolder(), 'study');
    const plan = planAblation(scenario, ['loss', 'calibration', 'exchange', 'rounds', 'precision']);
    const study = ablationStudy(scenario, 'drawn.yaml', plan, 2);
    const options = { folder, cacheFolder: temporaryFolder(), workers: 'inline' } as const;
    const { cells } = await runStudy(study, options);
    expect(cells.map(({ state }) => state)).toEqual(study.cells.map(() => 'finished'));

    const { rows, seeds } = await summariseAblation(folder, study, { resamples: 200 });
    expect(seeds).toEqual([1, 2]);
    expect(rows.map(({ variant }) => variant)).toEqual(study.axes[0].values);
    expect(rows[0].variant).toBe('full');
    for (const { own, global, failed } of rows.slice(1)) {
      expect(failed).toEqual([]);
      for (const [view, full] of [
        [own, rows[0].own],
        [global, rows[0].global],
      ] as const) {
        // From scores.csv on one side, from result.json on the other.
        expect(view.difference!.difference).toBeCloseTo(view.imageAuroc.mean! - full.imageAuroc.mean!, 10);
        expect(view.difference).toMatchObject({ seeds: 2, clients: 3 });
        expect(view.test!.n + view.test!.zeros).toBe(6);
      }
    }
    const row = (name: string) => rows.find(({ variant }) => variant === name)!;
    expect(row('exchange=off').bytesPerRound.mean).toBe(0);
    expect(row('precision=f32').bytesPerRound.mean).toBeGreaterThan(row('full').bytesPerRound.mean!);
    expect(
      rows.filter(({ own }) => own.difference && own.difference.difference !== 0).length,
    ).toBeGreaterThan(2);

    await rm(cellFolder(folder, study.cells[1]), { recursive: true });
    const [, again] = (await summariseAblation(folder, study, { resamples: 200 })).rows;
    expect(again.failed).toEqual([{ seed: 1, error: 'it has not run to its end' }]);
    expect(again.own.difference!.seeds).toBe(1);
  });
});
