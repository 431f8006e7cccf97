import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { publishedSchemas } from '../../src/sim/result/published-schemas.js';
import { loadScenario } from '../../src/sim/scenario/load.js';
import { cellScenarios } from '../../src/sim/study/cell-scenario.js';
import { defineSweep } from '../../src/sim/study/define-sweep.js';
import { readSweep } from '../../src/sim/study/sweep-file.js';
import { runTiny } from '../support/tiny.js';

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

describe('published schemas', () => {
  it.each(['scenario', 'sweep', 'result'] as const)(
    'schemas/%s.schema.json is what the code says (npm run schemas)',
    (name) => {
      expect(readJson(`schemas/${name}.schema.json`)).toEqual(
        JSON.parse(JSON.stringify(publishedSchemas()[name])),
      );
    },
  );

  const files = readdirSync('scenarios');
  it.each(files.filter((file) => file.startsWith('sweep-')))(
    'scenarios/%s is valid, and so is every cell',
    async (file) => {
      const validate = new Ajv2020().compile(readJson('schemas/sweep.schema.json'));
      expect(
        validate(parse(readFileSync(`scenarios/${file}`, 'utf8'))),
        JSON.stringify(validate.errors),
      ).toBe(true);
      const study = await defineSweep(await readSweep(`scenarios/${file}`));
      expect(cellScenarios(study).size).toBeGreaterThan(1);
      expect(`${study.name}.yaml`).toBe(file);
    },
  );

  it.each(files.filter((file) => !file.startsWith('sweep-')))(
    'scenarios/%s is valid, by the schema and by the loader',
    async (file) => {
      const validate = new Ajv2020().compile(readJson('schemas/scenario.schema.json'));
      expect(
        validate(parse(readFileSync(`scenarios/${file}`, 'utf8'))),
        JSON.stringify(validate.errors),
      ).toBe(true);
      const scenario = await loadScenario(`scenarios/${file}`);
      expect(`${scenario.name}.yaml`).toBe(file);
    },
  );
});

it('the schema knows the fields of a scenario that extends another, which may have the rest', () => {
  const validate = new Ajv2020().compile(readJson('schemas/scenario.schema.json'));
  const extending = (fields: object) => validate({ extends: 'base.yaml', ...fields });
  expect(extending({ method: { rounds: 1 }, data: { trainImages: 20 } })).toBe(true);
  expect(extending({ data: { source: 'folder' }, backbone: { size: 64 } })).toBe(true);
  for (const wrong of [{ method: { rouds: 1 } }, { method: { rounds: 'many' } }, { metod: {} }])
    expect(extending(wrong), JSON.stringify(wrong)).toBe(false);
});

describe('result.json', () => {
  const validate = new Ajv2020().compile(readJson('schemas/result.schema.json'));

  it.each([
    ['feddymem', {}],
    ['local', { method: { name: 'local' } }],
    ['fedavg-cfa', { method: { name: 'fedavg-cfa' } }],
    ['no rounds', { method: { rounds: 0 } }],
    ['a client held out', { holdOut: ['client-2'] }],
    ['a test set of one class', { data: { testDefective: 0 } }],
    ['nothing evaluated between rounds', { evaluate: { rounds: [] } }],
  ])('fits its schema: %s', async (_, changes) => {
    const { result } = await runTiny(changes);
    expect(validate(JSON.parse(JSON.stringify(result))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('adds up: rounds to totals, messages in the journal to bytes', async () => {
    const carried = { up: 0, down: 0, once: 0 };
    const { result } = await runTiny(
      {},
      {
        onJournalLine(line) {
          const entry = JSON.parse(line) as Record<string, never>;
          const { event, kind, bytes, round, setupBytes = 0 } = entry;
          if (event !== 'sent' || (kind !== 'upload' && kind !== 'broadcast')) return;
          carried[round === null ? 'once' : kind === 'upload' ? 'up' : 'down'] +=
            (bytes as number) - setupBytes;
          carried.once += setupBytes;
        },
      },
    );
    expect(result.bytes).toEqual(carried);
    expect(result.bytes.up).toBe(result.rounds.reduce((sum, round) => sum + round.bytesUp, 0));
    expect(result.rounds.map((round) => round.round)).toEqual([0, 1, 2]);
    expect(result.rounds[0].loss).toBeNull();
    expect(result.rounds[2].loss).toBeGreaterThan(0);
    const times = result.rounds.map((round) => round.virtualSeconds);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const own = result.clients.map((client) => client.own!.imageAuroc!);
    expect(result.mean.own!.imageAuroc).toBeCloseTo(own.reduce((sum, value) => sum + value, 0) / 3, 12);
    expect(result.mean.own!.worstImageAuroc).toBe(Math.min(...own));
    expect(result.rounds[2].own!.imageAuroc).toBe(result.mean.own!.imageAuroc);
  });

  it('exchanges nothing under local, and parameters alone under fedavg-cfa', async () => {
    const local = await runTiny({ method: { name: 'local' } });
    expect(local.result.bytes).toEqual({ up: 0, down: 0, once: 0 });
    const average = await runTiny({ method: { name: 'fedavg-cfa' } });
    const parameters = 4 * 16 * 16;
    const upload = average.result.rounds[1].bytesUp / 3;
    expect(upload).toBeGreaterThan(parameters);
    expect(upload).toBeLessThan(parameters + 400);
    expect(average.result.rounds[0].bytesUp).toBe(0);
  });

  it('says why a metric is not defined, and never 0.5', async () => {
    const { result } = await runTiny({ data: { testDefective: 0 } });
    const { own } = result.clients[0];
    expect(own).toMatchObject({
      imageAuroc: null,
      imageAurocReason: 'no defective sample',
      pixelAuroc: null,
      aupro: null,
    });
    expect(result.mean.own).toMatchObject({ imageAuroc: null, imageAurocReason: 'defined for no client' });
  });

  it('reports a held-out client under unseen alone, and the others without it', async () => {
    const { result } = await runTiny({ holdOut: ['client-2'] });
    const [first, second] = result.clients;
    expect(second).toMatchObject({ id: 'client-2', heldOut: true });
    expect(second.own).toBeUndefined();
    expect(second.global).toBeUndefined();
    expect(second.unseen!.imageAuroc).not.toBeNull();
    expect(first.unseen).toBeUndefined();
    expect(result.mean.unseen!.imageAuroc).toBe(second.unseen!.imageAuroc);
  });
});
