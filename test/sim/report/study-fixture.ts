import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../../src/sim/result/run-result.js';
import type { AxisValue, Study } from '../../../src/sim/study/study-file.js';
import { sampleResult } from './fixture.js';

type Kind = Study['kind'];

/** A study with a cell for every combination of its axes and seeds. */
export function sampleStudy(
  kind: Kind,
  axes: Readonly<Record<string, readonly AxisValue[]>>,
  seeds: number,
): Study {
  const names = Object.keys(axes);
  const points = names.reduce<Record<string, AxisValue>[]>(
    (all, name) => all.flatMap((point) => axes[name].map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
  const numbers = Array.from({ length: seeds }, (_, at) => at + 1);
  return {
    format: 'feddymem study 1',
    name: `a ${kind}`,
    kind,
    axes: names.map((name) => ({ name, values: [...axes[name]] })),
    seeds: numbers,
    cells: numbers.flatMap((seed) =>
      points.map((point, at) => ({ id: `p${at}_seed-${seed}`, axes: point, seed, changes: [`point=${at}`] })),
    ),
    scenario: 'scenarios/demo.yaml',
    base: { name: 'demo' },
    command: `feddymem sweep it.yaml --out studies/${kind}`,
  };
}

/** A result whose AUROC depends on where its cell stands and on its seed. */
export function cellResult(at: number, seed: number): RunResult {
  const result = sampleResult();
  const shift = 0.01 * at + 0.004 * ((seed * 7) % 3);
  result.mean.own!.imageAuroc = 0.95 - shift;
  result.mean.global!.imageAuroc = 0.9 - shift;
  result.mean.unseen = undefined;
  result.seed = seed;
  return result;
}

/** Scores of one client: worse ones the further its cell stands from the first. */
export function cellScores(at: number): string {
  const rows = Array.from({ length: 24 }, (_, image) => {
    const label = image % 2;
    const score = ((image * 37) % 24) + label * (14 - 3 * at);
    return ['own', 'global'].map((view) => `carpet,i${image},${view},${label},${score}`).join('\n');
  });
  return ['client,image,view,label,score', ...rows].join('\n') + '\n';
}

/** Writes the cells' folders of a study, `failed` of which have failed and `missing` of which are not there. */
export function writeSampleStudy(
  folder: string,
  study: Study,
  failed: readonly string[],
  missing: readonly string[],
) {
  writeFileSync(join(folder, 'study.json'), JSON.stringify(study));
  study.cells.forEach((cell, index) => {
    if (missing.includes(cell.id)) return;
    const path = join(folder, 'cells', cell.id);
    mkdirSync(path, { recursive: true });
    const at = index % (study.cells.length / study.seeds.length);
    if (failed.includes(cell.id)) {
      const error = { code: 'run-failed', message: 'training <diverged>', hint: 'Lower the rate.' };
      writeFileSync(join(path, 'error.json'), JSON.stringify(error));
    } else {
      writeFileSync(join(path, 'result.json'), JSON.stringify(cellResult(at, cell.seed)));
      writeFileSync(join(path, 'scores.csv'), cellScores(at));
    }
  });
}
