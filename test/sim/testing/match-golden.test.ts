import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GoldenOptions } from '../../../src/sim/testing/compare-golden.js';
import { formatGolden, parseGolden, writeGolden } from '../../../src/sim/testing/golden-file.js';
import type { Golden } from '../../../src/sim/testing/golden.js';
import { matchGolden, type UpdateMode } from '../../../src/sim/testing/match-golden.js';
import type { TestRun } from '../../../src/sim/testing/run.js';
import { elsewhere, goldenWith, runSmall, temporaryFolder } from './samples.js';

const base = await runSmall();
const retrained = await runSmall({ method: { training: { steps: 5 } } });
const folder = temporaryFolder();
let files = 0;
const fresh = () => join(folder, `${++files}.golden.json`);
const read = (path: string) => parseGolden(readFileSync(path, 'utf8'), path);

/** Matches against a golden file of that content. */
async function match(golden: Golden, run: TestRun, options: GoldenOptions = {}, update: UpdateMode = 'none') {
  const path = fresh();
  await writeGolden(path, golden);
  return { path, ...(await matchGolden(run, path, options, update)) };
}

function withFigure(golden: Golden, name: string, figure: Partial<Golden['figures'][string]>): Golden {
  expect(golden.figures).toHaveProperty([name]);
  return { ...golden, figures: { ...golden.figures, [name]: { ...golden.figures[name], ...figure } } };
}

describe('where bits are promised', () => {
  it('a run of the same scenario passes', async () => {
    const again = await runSmall();
    expect(await match(goldenWith(base), again)).toMatchObject({ pass: true, wrote: 'nothing' });
  });

  it('a changed setting fails with the setting, the first divergence, the figures and how to update', async () => {
    const { pass, message, path } = await match(goldenWith(base), retrained);
    expect(pass).toBe(false);
    const order = [
      `the run does not match ${path}`,
      'compared: bits (journal digest and figures), because engine onnx promises the same bits on one platform',
      'settings that differ (A is the golden file, B this run)',
      'method.training.steps  4  5',
      'first divergence (A is the golden file, B this run)',
      'step train, round 1',
      'seconds',
      'figures that differ',
      'rounds.1.loss',
      'vitest run -u, or FEDDYMEM_UPDATE_GOLDEN=1',
    ].map((part) => [part, message.indexOf(part)] as const);
    for (const [part, at] of order) expect(at, `${part} in\n${message}`).toBeGreaterThanOrEqual(0);
    expect(order.map(([, at]) => at)).toEqual(order.map(([, at]) => at).toSorted((a, b) => a - b));
    expect(message).not.toContain('method.rounds');
  });

  it('no figure may be off, however wide its tolerance: scores are not in the journal', async () => {
    const name = 'mean.own.imageAuroc';
    const value = base.result.mean.own!.imageAuroc! - 0.001;
    const { pass, message } = await match(withFigure(goldenWith(base), name, { value, tolerance: 1 }), base);
    expect(pass).toBe(false);
    expect(message).toContain('the journals agree: the simulation is the same, what follows it');
    expect(message).toMatch(/mean\.own\.imageAuroc .* \+0\.001 +1 +within/);
  });

  it('another way to score fails, though the journal is the same', async () => {
    const scored = await runSmall({ method: { imageScore: 'max' } });
    expect(scored.result.journalDigest).toBe(base.result.journalDigest);
    const { pass, message } = await match(goldenWith(base), scored);
    expect(pass).toBe(false);
    expect(message).toMatch(/method\.imageScore +top-5 +max/);
  });

  it('a digest that does not belong to its journal is told from a divergence', async () => {
    const { pass, message } = await match(goldenWith(base, { digest: '0'.repeat(64) }), base);
    expect(pass).toBe(false);
    expect(message).toContain('all events of the golden file agree: the file was edited');
  });

  it('tells of a run that ends early', async () => {
    const golden = goldenWith(base);
    const { message } = await match(
      { ...golden, digest: '0'.repeat(64), journal: golden.journal.slice(0, 9) },
      base,
    );
    expect(message).toContain('A ends after 9 events; B goes on with event 9');
  });
});

describe('where bits are not promised', () => {
  it('a run whose payloads and figures are a little off passes', async () => {
    const value = base.result.mean.own!.imageAuroc! + 0.015;
    const golden = withFigure(elsewhere(goldenWith(base)), 'mean.own.imageAuroc', { value });
    const journal = golden.journal.map((entry) =>
      'payload' in entry ? { ...entry, payload: 'f'.repeat(16) } : entry,
    );
    expect(journal).not.toEqual(golden.journal);
    expect(await match({ ...golden, journal }, base)).toMatchObject({ pass: true });
  });

  it('a figure outside its tolerance fails, the reason named', async () => {
    const value = base.result.mean.own!.imageAuroc! + 0.03;
    const { pass, message } = await match(
      withFigure(elsewhere(goldenWith(base)), 'mean.own.imageAuroc', { value }),
      base,
    );
    expect(pass).toBe(false);
    expect(message).toContain("compared: figures within tolerances and the journal's shape, because");
    expect(message).toContain(`cpu Another CPU, here ${base.result.versions.cpu}`);
    expect(message).toMatch(
      /figures outside their tolerances\n.*\nmean\.own\.imageAuroc .*-0\.03 +0\.02 +outside/,
    );
    expect(message).not.toContain('bytes.up');
    expect(message).not.toContain('first divergence');
  });

  it("the test's tolerances beat the file's", async () => {
    const value = base.result.mean.own!.imageAuroc! + 0.03;
    const golden = withFigure(elsewhere(goldenWith(base)), 'mean.own.imageAuroc', { value });
    expect(await match(golden, base, { figures: { 'mean.*.imageAuroc': 0.04 } })).toMatchObject({
      pass: true,
    });
    const narrow = await match(golden, base, { figures: { 'mean.own.imageAuroc': '1%' } });
    expect(narrow.pass).toBe(false);
    const wideFile = withFigure(golden, 'mean.own.imageAuroc', { tolerance: 0.04 });
    expect(await match(wideFile, base)).toMatchObject({ pass: true });
  });

  it('bytes are exact', async () => {
    const golden = withFigure(elsewhere(goldenWith(base)), 'bytes.up', { value: base.result.bytes.up + 1 });
    expect((await match(golden, base)).message).toMatch(/bytes\.up .* -1 +0 +outside/);
  });

  it('the journal must have the same shape, unless the test says otherwise', async () => {
    const golden = elsewhere(goldenWith(base));
    const at = golden.journal.findIndex(({ kind, event }) => kind === 'upload' && event === 'sent');
    const journal = golden.journal.with(at, { ...golden.journal[at], bytes: 1 });
    const changed = { ...golden, journal };
    const { pass, message } = await match(changed, base);
    expect(pass).toBe(false);
    expect(message).toContain(`event ${at} (virtual time`);
    expect(message).toMatch(/\nbytes +1 +\d+/);
    expect(message).not.toContain('outside');
    expect(await match(changed, base, { journal: 'ignore' })).toMatchObject({ pass: true });
  });

  it('a figure that only one side has is outside', async () => {
    const golden = elsewhere(goldenWith(base));
    const figures = { ...golden.figures, 'rounds.9.loss': { value: 1, tolerance: 5 } };
    expect((await match({ ...golden, figures }, base)).message).toMatch(/rounds\.9\.loss +1 +missing/);
    const named = await match(golden, base, { figures: { 'clients.client-1.own.imageAp': 0.5 } });
    expect(named.message).toMatch(/clients\.client-1\.own\.imageAp +missing/);
  });

  it('a figure that was struck out of the file is not compared', async () => {
    const golden = elsewhere(goldenWith(base));
    const { 'bytes.up': _struck, ...figures } = golden.figures;
    expect(await match({ ...golden, figures }, base)).toMatchObject({ pass: true });
  });

  it('another seed fails, however near its figures are', async () => {
    const { pass, message } = await match({ ...elsewhere(goldenWith(base)), seed: 2 }, base);
    expect(pass).toBe(false);
    expect(message).toContain('the golden file was made with seed 2, this run with 1');
  });

  it('exact chooses, whatever the platform', async () => {
    const other = elsewhere(goldenWith(base));
    const always = await match(other, base, { exact: 'always' });
    expect(always.pass).toBe(false);
    expect(always.message).toContain("because the test asks for exact: 'always'");
    const here = goldenWith(base, { digest: '0'.repeat(64) });
    expect(await match(here, base, { exact: 'never' })).toMatchObject({ pass: true });
  });
});

describe('options', () => {
  it('that name no figure, or no tolerance, are bad input', async () => {
    const golden = goldenWith(base);
    await expect(match(golden, base, { figures: { 'mean.own.imageAurok': 0.1 } })).rejects.toThrow(
      'the run has no figure mean.own.imageAurok; did you mean mean.own.imageAuroc?',
    );
    await expect(match(golden, base, { figures: { 'bytes.up': -1 } })).rejects.toThrow(
      'the tolerance of bytes.up',
    );
  });
});

describe('updating', () => {
  it('writes a missing file, folders and all, when new ones may be written', async () => {
    for (const mode of ['new', 'all'] as const) {
      const path = join(temporaryFolder(), 'a', 'b.golden.json');
      expect(await matchGolden(base, path, {}, mode)).toMatchObject({ pass: true, wrote: 'added' });
      expect(readFileSync(path, 'utf8')).toBe(formatGolden(goldenWith(base)));
      expect(await matchGolden(base, path, {}, 'none')).toMatchObject({ pass: true, wrote: 'nothing' });
    }
  });

  it('fails on a missing file in CI and writes nothing', async () => {
    const path = fresh();
    const { pass, message, wrote } = await matchGolden(base, path, {}, 'none');
    expect({ pass, wrote }).toEqual({ pass: false, wrote: 'nothing' });
    expect(message).toContain(`golden file ${path} does not exist`);
    expect(message).toContain('vitest run -u');
    expect(() => readFileSync(path)).toThrow('ENOENT');
  });

  it('writes over a file that differs only when all are to be written', async () => {
    const golden = goldenWith(base);
    expect(await match(golden, retrained, {}, 'new')).toMatchObject({ pass: false, wrote: 'nothing' });
    const { path, ...updated } = await match(golden, retrained, {}, 'all');
    expect(updated).toMatchObject({ pass: true, wrote: 'updated' });
    expect(read(path)).toEqual(goldenWith(retrained));
    expect(await match(golden, base, {}, 'all')).toMatchObject({ pass: true, wrote: 'nothing' });
  });

  it("keeps the user's tolerances and extra figures", async () => {
    const extra = { 'clients.client-2.own.imageAp': { value: 0, tolerance: 0.3 } };
    const edited = withFigure(goldenWith(base), 'rounds.1.loss', { tolerance: '9%' });
    const { path } = await match(
      { ...edited, figures: { ...edited.figures, ...extra } },
      retrained,
      { figures: { 'mean.own.*': 0.2 } },
      'all',
    );
    const { figures } = read(path);
    expect(figures['rounds.1.loss']).toEqual({ value: retrained.result.rounds[1].loss, tolerance: '9%' });
    expect(figures['mean.own.imageAuroc'].tolerance).toBe(0.2);
    expect(figures['rounds.2.loss'].tolerance).toBe('2%');
    expect(figures['clients.client-2.own.imageAp']).toEqual({
      value: retrained.result.clients[1].own!.imageAp,
      tolerance: 0.3,
    });
  });

  it('replaces a file that can not be read; comparing names it', async () => {
    const path = fresh();
    writeFileSync(path, '<<<<<<< HEAD');
    for (const mode of ['none', 'new'] as const)
      await expect(matchGolden(base, path, {}, mode)).rejects.toThrow(`golden file ${path} can't be read`);
    expect(await matchGolden(base, path, {}, 'all')).toMatchObject({ pass: true, wrote: 'updated' });
    expect(read(path)).toEqual(goldenWith(base));
  });
});
