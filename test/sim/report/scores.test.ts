import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binScores } from '../../../src/sim/report/scores/bins.js';
import { readOwnScores } from '../../../src/sim/report/scores/read-scores.js';
import { scoreHistogram } from '../../../src/sim/report/scores/scores-plot.js';
import { sampleScores } from './extras.js';

const bars = (svg: string) => [...svg.matchAll(/aria-roledescription="rect mark"/g)].length;

describe('scores of a run', () => {
  it('reads the own and unseen views, names with commas and quotes included', () => {
    const csv = `client,image,view,label,score
"a,""b""",i1,own,0,1.5
"a,""b""",i2,own,1,2.5
"a,""b""",i3,global,1,99
held,i4,unseen,1,3
held,i5,unseen,0,NaN
`;
    expect(readOwnScores(csv)).toEqual([
      { client: 'a,"b"', normal: [1.5], defective: [2.5] },
      { client: 'held', normal: [], defective: [3] },
    ]);
  });
});

describe('bins', () => {
  const scores = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), {
    maxLength: 60,
  });

  it('count every image once, in bins that join', () => {
    fc.assert(
      fc.property(scores, scores, fc.integer({ min: 1, max: 30 }), (normal, defective, count) => {
        const { bins } = binScores({ client: 'a', normal, defective }, count);
        const sum = (key: 'normal' | 'defective') => bins.reduce((total, bin) => total + bin[key], 0);
        expect([sum('normal'), sum('defective')]).toEqual([normal.length, defective.length]);
        bins.slice(1).forEach((bin, at) => expect(bin.from).toBe(bins[at].to));
        for (const bin of bins) expect(bin.to).toBeGreaterThanOrEqual(bin.from);
      }),
    );
  });

  it('are equal, or equal in the logarithm where few high scores would press the rest together', () => {
    const equal = binScores({ client: 'a', normal: [1, 2], defective: [5] }, 4);
    expect(equal.logarithmic).toBe(false);
    expect(equal.bins.map(({ from }) => from)).toEqual([1, 2, 3, 4]);
    expect(equal.bins.map(({ normal }) => normal)).toEqual([1, 1, 0, 0]);
    const wide = binScores({ client: 'a', normal: [1, 2], defective: [16] }, 4);
    expect(wide.logarithmic).toBe(true);
    wide.bins.forEach(({ from }, at) => expect(from).toBeCloseTo(2 ** at, 10));
    expect(wide.bins.map(({ normal, defective }) => [normal, defective])).toEqual([
      [1, 0],
      [1, 0],
      [0, 0],
      [0, 1],
    ]);
  });
});

describe('histogram of scores', () => {
  it('draws a bar for every bin that holds images, and the threshold', async () => {
    const scores = sampleScores('a');
    const { bins } = binScores(scores, 24);
    const filled = bins
      .flatMap(({ normal, defective }) => [normal, defective])
      .filter((images) => images > 0);
    const svg = await scoreHistogram(scores, 3);
    expect(bars(svg)).toBe(filled.length);
    expect(svg).toContain('stroke-dasharray="4,3"');
    expect(await scoreHistogram(scores, null)).not.toContain('stroke-dasharray="4,3"');
  });

  it.each([
    ['none', [], []],
    ['one class', [1, 2, 3], []],
    ['all alike', [2, 2], [2]],
    ['negative', [-3, -1], [4]],
  ])('draws %s', async (_, normal, defective) => {
    const svg = await scoreHistogram({ client: 'a', normal, defective }, null);
    expect(bars(svg)).toBe(new Set(normal).size + new Set(defective).size);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
