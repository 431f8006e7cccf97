import { describe, expect, it } from 'vitest';
import { clientBars, clientsOfPlot } from '../../../src/sim/report/clients-plot.js';
import { aurocOverRounds, fittedDomain } from '../../../src/sim/report/rounds-plot.js';
import { bareResult, nothingSpent, sampleResult } from './fixture.js';

const count = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].length;
const points = /aria-roledescription="point"/g;
const lines = /aria-roledescription="line mark"/g;
const bars = /aria-roledescription="bar"/g;
const width = (svg: string) => /<svg[^>]* width="(\d+)"/.exec(svg)?.[1];

describe('AUROC over rounds', () => {
  it('draws a line and the points of each view, on an axis that says where it starts', async () => {
    const { rounds } = sampleResult();
    const svg = await aurocOverRounds(rounds);
    expect(svg).toMatch(/^<svg /);
    expect(count(svg, points)).toBe(2 * rounds.length);
    expect(count(svg, lines)).toBe(2);
    expect(svg).toContain('axis from .630');
    expect(svg).not.toMatch(/NaN|undefined|Infinity|<clipPath/);
  });

  it('draws a single round as points', async () => {
    const svg = await aurocOverRounds(sampleResult().rounds.slice(0, 1));
    expect(count(svg, points)).toBe(2);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('leaves a gap where AUROC is not defined', async () => {
    const rounds = sampleResult().rounds.map((round) => ({ ...round, global: undefined }));
    rounds[5].own = { imageAuroc: null };
    const svg = await aurocOverRounds(rounds);
    expect(count(svg, points)).toBe(rounds.length - 1);
    // Lines differ by more than colour.
    expect(svg).not.toContain('stroke-dasharray="6,3"');
    expect(await aurocOverRounds(sampleResult().rounds)).toContain('stroke-dasharray="6,3"');
    // The line sets out twice: before the gap and after it.
    const path = /aria-roledescription="line mark"[^>]* d="([^"]*)"/.exec(svg)![1];
    expect(count(path, /M/g)).toBe(2);
  });

  it.each([
    ['nothing defined', bareResult().rounds],
    ['no rounds', []],
  ])('says so with %s', async (_, rounds) => {
    const svg = await aurocOverRounds(rounds);
    expect(svg).toContain('not defined in any round');
    expect(count(svg, points)).toBe(0);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('fits the axis to the values on round numbers, never finer than noise', () => {
    expect(fittedDomain([])).toEqual([0, 1]);
    expect(fittedDomain([0.2, 0.9])).toEqual([0.1, 1]);
    const [low, high] = fittedDomain([0.9712, 0.9715]);
    expect(high - low).toBeGreaterThanOrEqual(0.05);
    expect(high).toBeLessThanOrEqual(1);
    expect(low).toBeLessThan(0.9712);
  });
});

describe('bars by client', () => {
  it('draws a bar and a figure for each view of each client', async () => {
    const { clients } = sampleResult();
    const svg = await clientBars(clients);
    // Six clients in two views, one of which is not defined, and one held-out client.
    expect(count(svg, bars)).toBe(12);
    for (const figure of ['.981', '.887', '.794', 'not defined', 'carpet', 'unseen'])
      expect(svg).toContain(figure);
    expect(svg).toContain('cable-assembly-li…');
    expect(svg).not.toContain('<clipPath');
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('escapes names, whatever they are made of', async () => {
    const [client] = sampleResult().clients;
    const svg = await clientBars([{ ...client, id: '<script>"&' }]);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
  });

  it.each([
    ['nothing defined', bareResult().clients],
    ['nothing evaluated', [{ id: 'a', heldOut: true, trainImages: 0, testImages: 0, ...nothingSpent }]],
    ['no clients', []],
  ])('draws a plot with %s', async (_, clients) => {
    const svg = await clientBars(clients);
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('shows the weakest when there are too many to read', () => {
    const [client] = sampleResult().clients;
    const own = (imageAuroc: number | null) => ({ ...client.own!, imageAuroc });
    const many = Array.from({ length: 100 }, (_, index) => ({
      ...client,
      id: `c${index}`,
      own: own(index % 10 === 0 ? null : 1 - index / 200),
    }));
    const shown = clientsOfPlot(many);
    expect(shown).toHaveLength(30);
    expect(shown[0].id).toBe('c99');
    expect(shown.every(({ own: view }) => view!.imageAuroc !== null)).toBe(true);
    expect(clientsOfPlot(many.slice(0, 30))).toHaveLength(30);
  });
});

it('draws all plots at one width, so that a page can set them side by side', async () => {
  const { clients, rounds } = sampleResult();
  const widths = [await aurocOverRounds(rounds), await clientBars(clients), await clientBars([])].map(width);
  expect(widths).toEqual(['380', '380', '380']);
});

describe('AUROC over what it costs', () => {
  it.each([
    ['virtual time', 0, 'virtual time in minutes'],
    ['bytes sent', 393_216, 'megabytes sent'],
  ] as const)('draws the same curve over %s', async (axis, before, title) => {
    const { rounds } = sampleResult();
    const svg = await aurocOverRounds(rounds, axis, before);
    expect(count(svg, points)).toBe(2 * rounds.length);
    expect(svg).toContain(title);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const [first] = /transform="translate\(([\d.]+)/.exec(svg.slice(svg.search(points)))!.slice(1);
    expect(Number(first)).toBeGreaterThan(0);
  });
});
