import { describe, expect, it } from 'vitest';
import { formatBytes, formatNumber, formatScore, formatSeconds } from '../../../src/sim/report/format.js';
import { renderReport, type RunReport } from '../../../src/sim/report/report.js';
import { sampleGallery, sampleReport, sampleScores } from './extras.js';
import { bareResult, sampleResult } from './fixture.js';

const extras = { command: 'feddymem run scenarios/demo.yaml --seed 7', settings: { method: { rounds: 12 } } };
/** Vega's plots carry names of their own: what is left is the page's. */
const withoutPlots = (page: string) => page.replace(/<svg[\s\S]*?<\/svg>/g, '');
const pageOf = async (report: RunReport) => (await renderReport(report)).page;

describe('report', () => {
  it('holds every figure of the result', async () => {
    const result = sampleResult();
    const page = withoutPlots(await pageOf({ result, ...extras }));
    const { own, global, unseen } = result.mean;
    const views = [own, global, unseen, ...result.clients.flatMap((c) => [c.own, c.global, c.unseen])];
    for (const view of views) {
      for (const [name, value] of Object.entries(view ?? {})) {
        if (typeof value !== 'number') continue;
        expect(page).toContain(name === 'imageF1MaxThreshold' ? formatNumber(value) : formatScore(value));
      }
    }
    for (const { id, trainImages, testImages } of result.clients)
      for (const text of [id, `>${trainImages}</td>`, `>${testImages}</td>`]) expect(page).toContain(text);
    for (const round of result.rounds) {
      expect(page).toContain(`<td>${formatScore(round.own!.imageAuroc)}</td>`);
      expect(page).toContain(`<td>${formatScore(round.global!.imageAuroc)}</td>`);
      expect(page).toContain(`<td>${formatNumber(round.loss)}</td>`);
      expect(page).toContain(`<td>${formatBytes(round.bytesUp)}</td>`);
      expect(page).toContain(`<td>${formatSeconds(round.virtualSeconds)}</td>`);
    }
    const { bytes, wallSeconds, versions, journalDigest } = result;
    for (const count of Object.values(bytes)) expect(page).toContain(formatBytes(count));
    for (const seconds of Object.values(wallSeconds)) expect(page).toContain(formatSeconds(seconds));
    for (const text of [...Object.entries(versions).flat(), journalDigest, 'demo', extras.command])
      expect(page).toContain(text);
    expect(page).toContain('&quot;rounds&quot;: 12');
  });

  it('sums the run up in a sentence', async () => {
    expect(await pageOf({ result: sampleResult(), ...extras })).toContain(
      'After 12 rounds of feddymem with 6 clients, mean image AUROC is .892 on the clients’ own test images ' +
        '(worst client .766), .845 on the test images of all clients and .794 for 1 held-out client.',
    );
  });

  it('says why a metric is not defined, and draws its plots all the same', async () => {
    const page = await pageOf({ result: bareResult(), ...extras });
    expect(page).toContain('not defined<small>(no defective sample)</small>');
    expect(page).toContain('mean image AUROC is not defined (no defective sample)');
    expect([...page.matchAll(/<svg /g)]).toHaveLength(4);
    expect(page).not.toMatch(/NaN|undefined|\[object|>null</);
  });

  it('renders a run in which nothing was evaluated', async () => {
    const bare = bareResult();
    const clients = bare.clients.map((client) => ({ ...client, own: undefined }));
    const page = await pageOf({ result: { ...bare, clients, mean: {}, rounds: [] }, ...extras });
    expect(page).toContain('Nothing was evaluated.');
    expect(page).not.toMatch(/NaN|undefined|\[object|>null</);
  });

  it('escapes all that comes from outside', async () => {
    const evil = `<script>alert("1")</script>'&`;
    const result = sampleResult();
    result.scenario = result.method = result.engine = result.journalDigest = evil;
    result.versions = { [evil]: evil };
    result.clients.forEach((client) => (client.id = evil));
    result.clients[4].own!.imageAurocReason = evil;
    const report = await sampleReport(result);
    const page = await pageOf({
      ...report,
      command: evil,
      settings: { [evil]: evil },
      provenance: { [evil]: evil },
      scores: [sampleScores(evil)],
      gallery: await sampleGallery([evil]),
    });
    expect(page).not.toContain('<script');
    expect(page).not.toContain('alert("1")');
  });

  it('needs nothing but itself', async () => {
    const report = await sampleReport(sampleResult());
    const page = await pageOf(report);
    const addresses = page
      .replace(/xmlns(:\w+)?="[^"]*"/g, '')
      .match(/https?:\/\/|\/\/\w+\.\w+|url\(|@import/g);
    expect(addresses).toBeNull();
    expect(page).not.toMatch(/<(script|link|iframe|object|embed)\b/);
    for (const [, source] of page.matchAll(/\b(?:src|href|srcset)="([^"]*)"/g))
      expect(source.slice(0, 23)).toBe('data:image/jpeg;base64,');
    const [, data] = /<img src="data:image\/jpeg;base64,([^"]+)"/.exec(page)!;
    expect(Buffer.from(data, 'base64').equals(report.gallery!.clients[0].images[0].picture)).toBe(true);
  });

  it('draws every plot with marks, and hands each one out', async () => {
    const { page, plots } = await renderReport(await sampleReport(sampleResult()));
    expect(plots.map(({ name }) => name)).toEqual([
      ...['auroc-over-rounds', 'auroc-by-client', 'auroc-over-time', 'auroc-over-bytes'],
      ...Array.from({ length: 7 }, (_, at) => `scores-${at + 1}`),
      'messages',
    ]);
    for (const { name, svg } of plots) {
      expect(page, name).toContain(svg);
      expect([...svg.matchAll(/role="graphics-symbol"/g)].length, name).toBeGreaterThan(5);
      expect(svg, name).not.toMatch(/NaN|undefined|Infinity|<clipPath/);
    }
  });

  it('shows what was missed and what was a false alarm', async () => {
    const page = await pageOf(await sampleReport(sampleResult()));
    expect([...page.matchAll(/missed<\/b>/g)]).toHaveLength(2);
    expect([...page.matchAll(/false alarm<\/b>/g)]).toHaveLength(2);
    expect(page).toContain('carpet/good/7');
    expect(page).toContain('<li>carpet in the sheet</li>');
    expect(page).toContain('The first 2 of 7 clients');
  });

  it('gives equal results equal reports', async () => {
    const first = await pageOf(await sampleReport(sampleResult()));
    expect((await pageOf(await sampleReport(sampleResult()))) === first).toBe(true);
  });

  it('says so when it leaves clients out', async () => {
    const result = sampleResult();
    const [client] = result.clients;
    result.clients = Array.from({ length: 620 }, (_, index) => ({ ...client, id: `c${index}` }));
    const page = await pageOf({ result, ...extras });
    expect(page).toContain('first 500 of 620 clients');
    expect(page).toContain('30 weakest of 620 clients');
    expect(page).not.toContain('c500');
  });
});
