import { describe, expect, it } from 'vitest';
import { sha256, type Json } from '../../../src/base/hash.js';
import { encodeSafetensors } from '../../../src/base/safetensors.js';
import type { Tensor } from '../../../src/base/tensor.js';
import { explainDivergence } from '../../../src/sim/compare/explain.js';
import { fieldDifferences } from '../../../src/sim/compare/field-differences.js';
import { describeEvent, divergenceJson, renderDivergence } from '../../../src/sim/compare/render.js';
import { divergenceOf, type Entry } from './samples.js';

const head = { event: 'delivered', kind: 'upload', from: 'client-2', to: 'server', round: 2, time: 12.5 };
const matrix = (...values: number[]): Tensor => ({
  type: 'F32',
  shape: [2, values.length / 2],
  data: Float32Array.from(values),
});
const store = new Map<string, Uint8Array>();
function keep(bytes: Uint8Array): string {
  const hash = sha256(bytes);
  store.set(hash, bytes);
  return hash;
}
const readPayload = (hash: string) => Promise.resolve(store.get(hash) ?? null);

const explain = (a: Entry, b: Entry) =>
  explainDivergence(divergenceOf(41, a, b, fieldDifferences(a, b)), readPayload);
const text = async (a: Entry, b: Entry) => renderDivergence(await explain(a, b));

describe("a divergence's report", () => {
  it('names the event, the fields and the numbers behind the hashes', async () => {
    const a = keep(encodeSafetensors({ bank: matrix(1, 2, 4, 0.1), zero: matrix(0, 1), same: matrix(1, 1) }));
    const b = keep(
      encodeSafetensors({ bank: matrix(1, 2, 3, 0.2), zero: matrix(-0, 1), same: matrix(1, 1) }),
    );
    expect(await text({ ...head, payload: a }, { ...head, payload: b })).toBe(
      [
        'event 41 (virtual time 12.5 s): delivered upload from client-2 to server, round 2',
        '',
        `field${' '.repeat(20)}A${' '.repeat(18)}B`,
        `payload  ${a.slice(0, 16)}…  ${b.slice(0, 16)}…`,
        '',
        'payload: 2 of 3 tensors differ',
        '  bank: F32 [2, 2]',
        '    2 of 4 elements differ',
        '    first at [1, 0]: A 4, B 3',
        '    largest difference 1 at [1, 0], 0.25 of the largest magnitude',
        '  zero: F32 [2, 1]',
        '    0 of 2 elements differ',
        '    first at [0, 0]: A 0, B -0',
        '    1 equal in value, different in bits',
      ].join('\n'),
    );
  });

  it('looks behind payload, setup, made, broadcast and every entry of local, and behind nothing else', async () => {
    const [a, b] = [keep(Uint8Array.of(1)), keep(Uint8Array.of(2))];
    const entry = (hash: string): Entry => ({
      ...{ other: hash, payload: hash, setup: hash, made: hash, broadcast: hash },
      local: { bank: hash, generator: hash },
    });
    const { payloads } = await explain(entry(a), entry(b));
    expect(payloads.map(({ path }) => path)).toEqual([
      ...['broadcast', 'local.bank', 'local.generator', 'made', 'payload', 'setup'],
    ]);
    expect((await explain({ payload: a }, {})).payloads).toEqual([]);
    expect((await explain({ payload: a }, { payload: '../x' })).payloads).toEqual([]);
  });

  it('says which payloads are not kept any more', async () => {
    const [kept, gone, lost] = [keep(Uint8Array.of(3)), sha256('gone'), sha256('lost')];
    const advice = 'in the cache any more: run it again, or raise the limit';
    expect(await text({ made: kept }, { made: gone })).toContain(`made: B's payload is not ${advice}`);
    expect(await text({ made: gone }, { made: kept })).toContain(`made: A's payload is not ${advice}`);
    expect(await text({ made: gone }, { made: lost })).toContain(`made: neither payload is ${advice}`);
  });

  it('compares as bytes what is no safetensors file', async () => {
    const [a, b] = [keep(Uint8Array.of(1, 7)), keep(Uint8Array.of(1, 4, 9))];
    expect(await text({ payload: a }, { payload: b })).toContain(
      'payload: compared as bytes: A 2 bytes, B 3 bytes, 2 differing bits, first difference at offset 1',
    );
  });

  it('tells of layouts, of one-sided tensors and of NaN', async () => {
    const a = keep(encodeSafetensors({ a: matrix(1, 2), c: matrix(NaN, 1), d: matrix(Infinity, 1) }));
    const b = keep(
      encodeSafetensors({ a: matrix(1, 2, 3, 4), b: matrix(), c: matrix(1, 1), d: matrix(0.1, 1) }),
    );
    const report = await text({ payload: a }, { payload: b });
    expect(report).toContain('a: A F32 [2, 1], B F32 [2, 2]');
    expect(report).toContain('b: in B only, F32 [2, 0]');
    expect(report).toContain(
      '1 of 2 elements differ, 1 by NaN in one\n    first at [0, 0]: A NaN, B 1\n  d:',
    );
    expect(report).toContain('A Infinity, B 0.1\n    largest difference infinite at [0, 0]');
  });

  it('shows numbers in the digits of their type', async () => {
    const data = {
      F32: Float32Array.of(16777217, 1 / 3),
      F16: Uint16Array.of(0x3c00, 0x3555),
      F64: Float64Array.of(1, 0.1 + 0.2),
    };
    const file = (at: number) =>
      keep(
        encodeSafetensors({
          F32: { type: 'F32', shape: [], data: data.F32.slice(at, at + 1) },
          F16: { type: 'F16', shape: [], data: data.F16.slice(at, at + 1) },
          F64: { type: 'F64', shape: [], data: data.F64.slice(at, at + 1) },
        }),
      );
    const report = await text({ payload: file(0) }, { payload: file(1) });
    const shown = [...report.matchAll(/first at \[\]: A (.*), B (.*)/g)].map(([, a, b]) => [a, b]);
    expect(shown).toEqual([
      ['1', '0.3333'],
      ['16777216', '0.33333334'],
      ['1', '0.30000000000000004'],
    ]);
  });

  it('shows a long list of tensors in part', async () => {
    const many = (value: number) =>
      keep(
        encodeSafetensors(
          Object.fromEntries(Array.from({ length: 22 }, (_, at) => [`t${at}`, matrix(value, 0)])),
        ),
      );
    const report = await text({ payload: many(1) }, { payload: many(2) });
    expect(report).toContain('payload: 22 of 22 tensors differ');
    expect(report.match(/^ {2}t\d+: /gm)).toHaveLength(20);
    expect(report).toContain('and 2 tensors more');
  });

  it('names both events where they differ, and the one that a shorter journal lacks', async () => {
    expect(await text(head, { ...head, time: 13 })).toMatch(
      /^A: event 41 \(virtual time 12.5 s\): .*\nB: event 41 \(virtual time 13 s\): /,
    );
    const ended = await explainDivergence(
      { index: 1, a: JSON.stringify(head), b: null, fields: [] },
      readPayload,
    );
    expect(renderDivergence(ended)).toBe(
      'B ends after 1 event; A goes on with event 1 (virtual time 12.5 s): ' +
        'delivered upload from client-2 to server, round 2',
    );
  });

  it.each([
    [
      { event: 'compute', at: 'a', step: 'align', round: null },
      'event 3: compute at a, step align, before round 0',
    ],
    [{ event: 'finished', by: 'server', time: 0 }, 'event 3 (virtual time 0 s): finished by server'],
    [{}, 'event 3: '],
  ] as [Entry, string][])('describes %j', (entry, expected) => {
    expect(describeEvent(3, entry)).toBe(expected);
  });
});

describe("a divergence's JSON", () => {
  it('holds entries, fields and differences, and numbers that JSON lacks as text', async () => {
    const a = keep(encodeSafetensors({ a: matrix(NaN, -0) }));
    const b = keep(encodeSafetensors({ a: matrix(1, 0) }));
    const json = divergenceJson(await explain({ payload: a }, { payload: b, extra: 1 }));
    expect(json).toEqual({
      index: 41,
      a: { payload: a },
      b: { extra: 1, payload: b },
      fields: [
        { path: 'extra', b: 1 },
        { path: 'payload', a, b },
      ],
      payloads: [
        {
          ...{ path: 'payload', a, b, missing: [] },
          difference: {
            kind: 'tensors',
            equal: 0,
            tensors: [
              {
                ...{ name: 'a', kind: 'values', type: 'F32', shape: [2, 1], elements: 2, largest: null },
                ...{ differing: 1, bitsOnly: 1, nanInOne: 1, first: { index: [0, 0], a: 'NaN', b: 1 } },
              },
            ],
          },
        },
      ],
    } satisfies Json);
  });
});
