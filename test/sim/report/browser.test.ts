import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/sim/report/report.js';
import { readStudyReport } from '../../../src/sim/report/study/read-study.js';
import { renderStudyReport } from '../../../src/sim/report/study/study-report.js';
import { type Browser, findChromium, openBrowser } from './browser.js';
import { sampleReport } from './extras.js';
import { sampleResult } from './fixture.js';
import { sampleStudy, writeSampleStudy } from './study-fixture.js';

const chromium = findChromium();
if (!chromium) process.stdout.write('reports are not opened: no Chromium in PATH, and no CHROMIUM_PATH\n');

/** What a reader would notice: text on what ground, a page that must be pushed sideways, plots and pictures. */
const look = `(() => {
  const root = document.documentElement;
  const plain = (selector) => [...document.querySelectorAll(selector)].map((element) => {
    const { width, height, left, right } = element.getBoundingClientRect();
    const scrolled = element.closest('.drawing, .scroll') !== null;
    return { width, height, inside: scrolled || (left >= 0 && right <= innerWidth) };
  });
  const broken = [...document.images].filter((image) => !image.complete || image.naturalWidth === 0).length;
  const style = getComputedStyle(document.body);
  return {
    wide: root.scrollWidth, inner: innerWidth, broken,
    plots: plain('svg'), pictures: plain('img'),
    ground: style.backgroundColor, ink: style.color,
    plotInk: getComputedStyle(document.querySelector('svg text')).fill,
  };
})()`;

interface Place {
  readonly width: number;
  readonly height: number;
  readonly inside: boolean;
}
interface Look {
  readonly wide: number;
  readonly inner: number;
  readonly broken: number;
  readonly plots: readonly Place[];
  readonly pictures: readonly Place[];
  readonly ground: string;
  readonly ink: string;
  readonly plotInk: string;
}

/** Contrast of two colours as WCAG 2.2 has it: 1 … 21. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = colour.match(/[\d.]+/g)!.map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.skipIf(!chromium)('report in a browser', () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'browser-'));
    const result = sampleResult();
    // A name without a place to break it, as file names are.
    result.clients[0].id = 'a'.repeat(80);
    writeFileSync(join(folder, 'run.html'), (await renderReport(await sampleReport(result))).page);
    for (const study of [
      sampleStudy('sweep', { clients: [2, 4, 8], method: ['feddymem', 'b'.repeat(60)] }, 2),
      sampleStudy('ablation', { variant: ['full', 'memory-reduce=uniform-mean', 'rounds=0'] }, 2),
    ]) {
      writeSampleStudy(folder, study, ['p1_seed-2'], []);
      const { page } = await renderStudyReport(await readStudyReport(folder));
      writeFileSync(join(folder, `${study.kind}.html`), page);
    }
    browser = await openBrowser(chromium!);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const views = [360, 1200].flatMap((width) => [false, true].map((dark) => ({ width, dark })));
  const pages = [
    { name: 'run', plots: 12, pictures: 6 },
    { name: 'sweep', plots: 2, pictures: 0 },
    { name: 'ablation', plots: 1, pictures: 0 },
  ];
  it.each(pages.flatMap((page) => views.map((view) => ({ ...page, ...view }))))(
    'shows the $name at $width px, dark: $dark',
    async ({ name, plots, pictures, width, dark }) => {
      const url = pathToFileURL(join(folder, `${name}.html`)).href;
      const { found, complaints, requests, png } = await browser.show(url, { width, dark }, look);
      const seen = found as Look;
      expect(complaints).toEqual([]);
      expect(requests.filter((request) => !request.startsWith('data:'))).toEqual([url]);
      expect(seen.inner).toBe(width);
      expect(seen.wide).toBeLessThanOrEqual(width);
      expect(seen.plots).toHaveLength(plots);
      expect(seen.pictures).toHaveLength(pictures);
      for (const place of [...seen.plots, ...seen.pictures]) {
        expect(place.width).toBeGreaterThan(150);
        expect(place.height).toBeGreaterThan(40);
        expect(place.inside).toBe(true);
      }
      expect(seen.broken).toBe(0);
      expect(contrast(seen.ink, seen.ground)).toBeGreaterThan(7);
      expect(contrast(seen.plotInk, seen.ground)).toBeGreaterThan(4.5);
      expect(contrast(seen.ground, 'rgb(0, 0, 0)') < 3).toBe(dark);
      expect(png.length).toBeGreaterThan(10_000);
    },
  );
});
