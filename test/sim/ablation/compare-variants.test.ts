import { describe, expect, it } from 'vitest';
import { compareVariants, type VariantCells } from '../../../src/sim/ablation/compare-variants.js';
import type { CellFigures } from '../../../src/sim/ablation/read-cell.js';
import { renderAblation } from '../../../src/sim/ablation/render-ablation.js';
import { pairedAurocDifference } from '../../../src/sim/statistics/auroc-difference.js';
import { holm } from '../../../src/sim/statistics/holm.js';
import { meanAndDeviation } from '../../../src/sim/statistics/mean-deviation.js';
import type { MethodScores } from '../../../src/sim/statistics/scored-images.js';
import { wilcoxonSignedRank } from '../../../src/sim/statistics/wilcoxon.js';
import { pairCountingAuroc } from '../../model/metrics/oracles.js';
import { drawMethods } from '../statistics/samples.js';

/** Cells whose views are alike. */
function cellsOf(method: MethodScores, bytesPerRound: number): CellFigures[] {
  return method.map(({ seed, detectors }) => {
    const ofClients = new Map(
      detectors.map(({ client, images }) => [
        client,
        pairCountingAuroc(
          Float64Array.from(images, ({ score }) => score),
          Uint8Array.from(images, ({ label }) => label),
        ),
      ]),
    );
    const auroc = meanAndDeviation([...ofClients.values()]).mean;
    const view = { auroc, ofClients, detectors };
    return { seed, bytesPerRound, views: { own: view, global: view } };
  });
}

const drawn = drawMethods('ablation', [{ shift: 2 }, { shift: 1 }, { shift: 1.9 }], { clients: 3 });
const variant = (name: string, at: number): VariantCells => ({
  variant: name,
  changes: at === 0 ? [] : [`method.${name}`],
  cells: cellsOf(drawn[at], 1000 * (at + 1)),
  failed: [],
});
const variants = [variant('full', 0), variant('loss=none', 1), variant('anchors=local', 2)];
const options = { resamples: 500 };

describe('comparison of variants with the full method', () => {
  const rows = compareVariants(variants, options);

  it('has a row a variant, the full method first and compared with nobody', () => {
    expect(rows.map((row) => row.variant)).toEqual(['full', 'loss=none', 'anchors=local']);
    expect(rows[0].own).toMatchObject({ difference: null, test: null, imageAuroc: { n: 3 } });
    expect(rows.map((row) => row.bytesPerRound.mean)).toEqual([1000, 2000, 3000]);
  });

  it('gives the paired difference and its interval', () => {
    expect(rows[1].own.difference).toEqual(pairedAurocDifference(drawn[1], drawn[0], options));
    const { imageAuroc, difference } = rows[1].own;
    expect(difference!.difference).toBeCloseTo(imageAuroc.mean! - rows[0].own.imageAuroc.mean!, 12);
    expect(difference!.difference).toBeLessThan(0);
  });

  it('tests over clients × seeds, and adjusts for the number of variants', () => {
    const tests = [1, 2].map((at) =>
      wilcoxonSignedRank(
        variants[at].cells.flatMap(({ views }, seed) =>
          [...views.own.ofClients].map(
            ([client, auroc]) => auroc! - variants[0].cells[seed].views.own.ofClients.get(client)!,
          ),
        ),
      ),
    );
    const adjusted = holm(tests.map(({ p }) => p));
    tests.forEach((test, at) => {
      expect(test.n + test.zeros).toBe(9);
      expect(rows[at + 1].own.test).toEqual({ ...test, pHolm: adjusted[at] });
    });
  });

  it('pairs the seeds that there are, and says why where there are none', () => {
    const failed = [{ seed: 1, error: 'the run failed' }];
    const partly = { ...variants[1], cells: variants[1].cells.slice(1), failed };
    const nothing = { ...variants[2], cells: [], failed };
    const [, some, none] = compareVariants([variants[0], partly, nothing], options);
    expect(some.own.difference!.seeds).toBe(2);
    expect(some.own.imageAuroc.n).toBe(2);
    expect(none.own).toMatchObject({ difference: null, test: null });
    expect(none.own.reason).toContain('no seed in common');
    expect(none.failed).toEqual(failed);
  });

  it('reads as a table', () => {
    const text = renderAblation({ study: 'tiny', seeds: [1, 2, 3], rows });
    const lines = text.split('\n');
    expect(lines[0]).toMatch(/^variant +own AUROC +to full \[95 %\] +p \(Holm\) +global AUROC/);
    expect(lines[1]).toMatch(/^full +\.\d{3} ± \.\d{3} \(3\) +– +–/);
    expect(lines[2]).toMatch(
      /^loss=none +\.\d{3} ± \.\d{3} \(3\) +-\.\d{3} \[-\.\d{3}, [-+]?\.\d{3}\] +[<.\d]+ .* 2\.0 kB$/,
    );
    expect(text).toContain('adjusted for 2 variants');
    const failed = compareVariants([
      variants[0],
      { ...variants[1], cells: [], failed: [{ seed: 4, error: 'why' }] },
    ]);
    const other = renderAblation({ study: 'tiny', seeds: [1], rows: failed });
    expect(other).toContain('loss=none, seed 4: why');
    expect(other).toContain('adjusted for 0 variants');
    expect(other).toContain("loss=none can't be compared");
    expect(other).toContain('with one seed');
  });
});
