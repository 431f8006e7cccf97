import { expect, it } from 'vitest';
import { seedTable } from '../../../src/sim/cli/seed-table.js';
import { sampleResult } from '../report/fixture.js';

/** Results whose own metrics are these; they have no others. */
function results(...own: { imageAuroc: number | null; worstImageAuroc: number | null }[]) {
  return own.map((metrics) => {
    const result = sampleResult();
    result.mean = {
      own: { ...result.mean.own!, pixelAuroc: null, aupro: null, ...metrics },
      global: result.mean.global,
    };
    return result;
  });
}

it('has mean and deviation over the seeds for which a metric is defined', () => {
  const text = seedTable(
    results({ imageAuroc: 0.9, worstImageAuroc: null }, { imageAuroc: 0.8, worstImageAuroc: 0.7 }),
  );
  const [header, own, global] = text.split('\n').map((line) => line.split(/ {2,}/));
  expect(header).toEqual(['view', 'image AUROC', 'worst client', 'pixel AUROC', 'AUPRO']);
  // One value has no deviation, and none no mean.
  expect(own).toEqual(['own', '.850 ± .071 (n=2)', '.700 (n=1)', 'n/a', 'n/a']);
  expect(global.slice(3)).toEqual(['–', '–']);
});
