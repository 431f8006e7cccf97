import { describe, expect, it } from 'vitest';
import { aggregations } from '../../../src/memory/aggregation.js';
import { memoryReducers } from '../../../src/memory/memory-reduce.js';
import { alignments } from '../../../src/model/alignment/alignment.js';
import { metricLosses } from '../../../src/model/loss/metric-loss.js';
import { ablationStudy, namedVariants } from '../../../src/sim/ablation/ablation-study.js';
import { ablationAxes } from '../../../src/sim/ablation/axes.js';
import { planAblation } from '../../../src/sim/ablation/plan.js';
import { parseOverride, parseScenario, withOverrides } from '../../../src/sim/scenario/load.js';
import { studySchema } from '../../../src/sim/study/study-file.js';
import { expectRefusal } from '../../support/refusal.js';
import { tiny } from '../../support/tiny.js';

const offered = (changes: Record<string, unknown> = {}, axes?: string[]) =>
  namedVariants(planAblation(tiny(changes), axes)).map(({ name }) => name);

describe('plan of an ablation', () => {
  it('offers every axis for a scenario of defaults, with all that the registries have but its own choice', () => {
    const plan = planAblation(tiny());
    expect(plan.map(({ name }) => name)).toEqual(
      // The defaults have nothing to switch off there.
      expect.arrayContaining(Object.keys(ablationAxes)),
    );
    const of = (axis: string) => plan.find(({ name }) => name === axis)!.variants.map(({ name }) => name);
    const without = (registry: object, ...left: string[]) =>
      Object.keys(registry).filter((name) => !left.includes(name));
    expect(of('loss')).toEqual(without(metricLosses, 'hypersphere'));
    expect(of('alignment')).toEqual(without(alignments, 'minor'));
    expect(of('reduce')).toEqual(without(memoryReducers, 'weighted-average'));
    // `none` is another name of `concat`.
    expect(of('aggregation')).toEqual(without(aggregations, 'k-means', 'none'));
    expect(of('exchange')).toEqual(['off']);
    expect(of('rounds')).toEqual(['0']);
    expect(of('sizes')).toEqual(['half', 'double']);
  });

  it('leaves out what the scenario says already', () => {
    expect(offered()).toContain('loss=attract');
    const changed = offered({ method: { training: { loss: 'attract' } } });
    expect(changed).not.toContain('loss=attract');
    expect(changed).toContain('loss=hypersphere');
  });

  it('leaves out training where nothing is trained', () => {
    const memoryOnly = offered({ method: { rounds: 0 } });
    for (const axis of ['generator', 'loss', 'replay', 'update', 'rounds'])
      expect(memoryOnly.filter((name) => name.startsWith(`${axis}=`))).toEqual([]);
    expect(memoryOnly).toContain('calibration=none');
  });

  it('halves and doubles the memories', () => {
    const [, half, double] = namedVariants(
      planAblation(tiny({ method: { memory: { local: 31, upload: 1, global: 30 } } }), ['sizes']),
    );
    expect(half.changes).toEqual([
      'method.memory.local=16',
      'method.memory.upload=1',
      'method.memory.global=15',
    ]);
    expect(double.changes).toEqual([
      'method.memory.local=62',
      'method.memory.upload=2',
      'method.memory.global=60',
    ]);
  });

  it('makes variants that are scenarios, each another one', () => {
    const scenario = tiny();
    const variants = namedVariants(planAblation(scenario));
    const texts = variants.map(({ changes }) =>
      JSON.stringify(parseScenario(withOverrides(scenario, changes.map(parseOverride)), 'a variant')),
    );
    expect(new Set(texts).size).toBe(variants.length);
    expect(texts[0]).toBe(JSON.stringify(scenario));
  });

  it('refuses unknown axes and other methods', async () => {
    await expectRefusal(
      () => planAblation(tiny(), ['los']),
      'no axis los',
      'did you mean loss',
      'calibration',
    );
    await expectRefusal(() => planAblation(tiny({ method: { name: 'local' } })), 'method.name is local');
  });
});

describe('study of an ablation', () => {
  const scenario = tiny({ seed: 7 });
  const study = ablationStudy(scenario, 'tiny.yaml', planAblation(scenario, ['loss', 'anchors']), 2);

  it('is a study whose first cell is the full method', () => {
    expect(studySchema.parse(study)).toEqual(study);
    expect(study.cells[0]).toEqual({
      id: 'variant=full_seed=7',
      axes: { variant: 'full' },
      seed: 7,
      changes: [],
    });
  });

  it('is refused with more cells than anybody waits for', async () => {
    await expectRefusal(
      () => ablationStudy(scenario, 'tiny.yaml', planAblation(scenario, ['loss']), 5_000_000_000),
      'more than 100000',
      'seeds',
    );
  });

  it('has a cell for every variant and seed', () => {
    const [{ values }] = study.axes;
    expect(study.seeds).toEqual([7, 8]);
    expect(study.cells.length).toBe(values.length * 2);
    expect(new Set(study.cells.map(({ id }) => id)).size).toBe(study.cells.length);
    for (const { id } of study.cells) expect(id).toMatch(/^[\w.=-]+$/);
    // Whole seeds come first.
    expect(study.cells.slice(0, values.length).map(({ axes }) => axes.variant)).toEqual(values);
  });
});
