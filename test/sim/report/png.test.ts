import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { outlineText } from '../../../src/sim/report/png/outline-text.js';
import { svgToPng } from '../../../src/sim/report/png/svg-to-png.js';
import { renderReport } from '../../../src/sim/report/report.js';
import { sampleReport } from './extras.js';
import { sampleResult } from './fixture.js';

const text = (content: string, anchor = 'start') =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><text text-anchor="${anchor}" transform="translate(60,20)" font-size="12px" fill="#000">${content}</text></svg>`;

/** The box of what is not white, in pixels. */
async function inkOf(svg: string) {
  const { data, info } = await sharp(await svgToPng(svg))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const dark = [...data.keys()].filter((at) => data[at] < 128);
  const columns = dark.map((at) => at % info.width);
  return { count: dark.length, left: Math.min(...columns), right: Math.max(...columns), ...info };
}

describe('text as outlines', () => {
  it('needs no font: no text is left of any plot', async () => {
    const { plots } = await renderReport(await sampleReport(sampleResult()));
    for (const { name, svg } of plots) {
      expect(svg.includes('<text'), name).toBe(true);
      expect(outlineText(svg).includes('<text'), name).toBe(false);
    }
  });

  it('draws ink where the anchor says', async () => {
    const [start, middle, end] = await Promise.all(
      ['start', 'middle', 'end'].map((anchor) => inkOf(text('AUROC .97', anchor))),
    );
    expect(start.count).toBeGreaterThan(300);
    expect(start.left).toBeGreaterThanOrEqual(180);
    expect(end.right).toBeLessThanOrEqual(180);
    expect(Math.abs(middle.left + middle.right - 360)).toBeLessThan(8);
    expect(Math.abs(start.right - start.left - (end.right - end.left))).toBeLessThan(4);
  });

  it('reads entities, and leaves what it has no outline of to the machine', () => {
    expect(outlineText(text('a &amp; b &lt; c'))).not.toContain('<text');
    expect(outlineText(text('チーム'))).toContain('チーム</text>');
  });
});

it('draws a plot three times as large, on white paper', async () => {
  const { plots } = await renderReport(await sampleReport(sampleResult()));
  const { svg } = plots[0];
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!.map(Number);
  const png = await svgToPng(svg);
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([3 * width, 3 * height]);
  expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
  expect(Buffer.from(await svgToPng(svg)).equals(Buffer.from(png))).toBe(true);
});
