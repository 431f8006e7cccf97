import { describe, expect, it } from 'vitest';
import { partitionChart } from '../../../../src/sim/data/partition/partition-chart.js';
import { partition } from '../../../../src/sim/data/partition/partition.js';
import { renderPlot } from '../../../../src/sim/report/render-plot.js';
import { poolOf, settingsOf } from './pools.js';

interface Value {
  readonly category: string;
  readonly images: number;
}
interface Layer {
  readonly rank: number;
  readonly from: number;
  readonly to: number;
}
const content = (category: string, train = 60) => ({ source: 'set', category, train, good: 4, defective: 4 });
const split = (categories: readonly string[], clients: number) =>
  partition(
    poolOf(categories.map((category) => content(category))),
    settingsOf({ by: 'iid', clients, minimum: 0 }),
    { seed: 1 },
  );

function valuesOf(spec: unknown): Value[] {
  return (spec as { data: { values: Value[] } }).data.values;
}

describe('the chart of a partition', () => {
  it('has a bar and a name for each of a few clients', async () => {
    const spec = partitionChart(split(['bolt', 'cap'], 3));
    expect(valuesOf(spec).reduce((sum, { images }) => sum + images, 0)).toBe(120);
    const svg = await renderPlot(spec);
    for (const text of ['client-1', 'client-2', 'client-3', 'bolt', 'cap', 'training images']) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg.match(/<path[^>]*"bar"/g)).toHaveLength(6);
    expect(await renderPlot(partitionChart(split(['bolt', 'cap'], 3)))).toBe(svg);
  });

  it('is one area a category for many clients', async () => {
    const svg = await renderPlot(partitionChart(split(['bolt', 'cap'], 61)));
    expect(svg).toContain('61 clients, by their main category and size');
    expect(svg).not.toContain('client-1');
    expect(svg.match(/<path[^>]*"area mark"/g)).toHaveLength(2);
  });

  it('stacks what each of many clients holds without gaps, its main category at the bottom', () => {
    const pool = poolOf([content('bolt', 100), content('cap', 130), content('disc', 90)]);
    const settings = settingsOf({ by: 'dirichlet', alpha: 0.3, clients: 70, minimum: 1 });
    const parts = partition(pool, settings, { seed: 1 });
    const values = (partitionChart(parts) as unknown as { data: { values: Layer[] } }).data.values;
    const heights = Array.from({ length: 71 }, (_, rank) => {
      const layers = values
        .filter((value) => value.rank === rank)
        .toSorted((a, b) => a.from - b.from || a.to - b.to);
      expect(layers.map(({ from }) => from)).toEqual([0, ...layers.slice(0, -1).map(({ to }) => to)]);
      const sizes = layers.map(({ from, to }) => to - from);
      expect(sizes.find((size) => size > 0)).toBe(Math.max(...sizes));
      return layers.at(-1)!.to;
    });
    const byNumber = (a: number, b: number) => a - b;
    expect(heights.slice(0, 70).toSorted(byNumber)).toEqual(
      parts.map(({ train }) => train.length).toSorted(byNumber),
    );
  });

  it('puts what is beyond its colours together', () => {
    const names = Array.from({ length: 15 }, (_, at) => `category-${at}`);
    const values = valuesOf(partitionChart(split(names, 2)));
    const shown = [...new Set(values.map(({ category }) => category))];
    expect(shown).toHaveLength(12);
    expect(shown.at(-1)).toBe('4 others');
    expect(values.reduce((sum, { images }) => sum + images, 0)).toBe(900);
  });

  it('keeps categories apart whose names are cut to the same text', () => {
    const long = 'a-category-with-a-very-long-name-number';
    const values = valuesOf(partitionChart(split([`${long}-1`, `${long}-2`], 1)));
    expect(new Set(values.map(({ category }) => category)).size).toBe(2);
  });

  it('can be drawn of nothing', async () => {
    expect(await renderPlot(partitionChart([]))).toContain('<svg');
  });
});
