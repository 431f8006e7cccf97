import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/base/hash.js';
import { compactLine, shapeOfLine } from '../../../src/sim/testing/compact-journal.js';
import { formatGolden, parseGolden, readGolden } from '../../../src/sim/testing/golden-file.js';
import type { Golden } from '../../../src/sim/testing/golden.js';
import { temporaryFolder } from './samples.js';

const golden: Golden = {
  format: 'feddymem golden 1',
  scenario: 'tile',
  seed: 7,
  engine: 'onnx',
  platform: { node: '20', cpu: 'A' },
  digest: 'a'.repeat(64),
  figures: {
    'rounds.1.loss': { value: 0.1 + 0.2, tolerance: '2%' },
    'bytes.up': { value: 12, tolerance: 0 },
    'mean.own.imageAuroc': { value: null, tolerance: 0.02 },
  },
  settings: { name: 'tile', holdOut: [], method: { rounds: 2, anchors: 'both' } },
  journal: [{ time: 0, event: 'finished' }],
};

describe('a golden file', () => {
  it('has a line a figure, a setting and an event, sorted, and ends its last line', () => {
    expect(formatGolden(golden)).toBe(
      `{
  "format": "feddymem golden 1",
  "scenario": "tile",
  "seed": 7,
  "engine": "onnx",
  "platform": {
    "cpu": "A",
    "node": "20"
  },
  "digest": "${'a'.repeat(64)}",
  "figures": {
    "bytes.up": { "value": 12, "tolerance": 0 },
    "mean.own.imageAuroc": { "value": null, "tolerance": 0.02 },
    "rounds.1.loss": { "value": 0.30000000000000004, "tolerance": "2%" }
  },
  "settings": {
    "holdOut": [],
    "method": { "anchors": "both", "rounds": 2 },
    "name": "tile"
  },
  "journal": [
    {"event":"finished","time":0}
  ]
}
`,
    );
  });

  it('is read as it was written', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0);
    const figures = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.record({
        value: fc.option(finite),
        tolerance: fc.oneof(
          finite.map((value) => Math.abs(value)),
          fc.constant('2%' as const),
        ),
      }),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(figures, fc.string(), (figures, scenario) => {
        const changed = { ...golden, figures, scenario };
        expect(parseGolden(formatGolden(changed), 'file')).toEqual(changed);
      }),
    );
  });

  it('that is missing is null; one that can not be read is named, with what to do', async () => {
    const folder = temporaryFolder();
    expect(await readGolden(join(folder, 'none.json'))).toBeNull();
    mkdirSync(join(folder, 'folder.json'));
    await expect(readGolden(join(folder, 'folder.json'))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('folder.json') as string,
    });
    const path = join(folder, 'cut.golden.json');
    writeFileSync(path, formatGolden(golden).slice(0, 300));
    await expect(readGolden(path)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(`golden file ${path} can't be read: it is not JSON`) as string,
      hint: 'Restore it from version control, or write it anew from this run with vitest -u.',
    });
  });

  it('names the field that is wrong, and another version', () => {
    const text = (changes: Record<string, unknown>) => JSON.stringify({ ...golden, ...changes });
    expect(() => parseGolden(text({ digest: 'abc' }), 'file')).toThrow("file can't be read: digest: ");
    const figures = { loss: { value: 1, tolerance: -1 } };
    expect(() => parseGolden(text({ figures }), 'file')).toThrow('figures.loss.tolerance: ');
    expect(() => parseGolden(text({ format: 'feddymem golden 9' }), 'file')).toThrow(
      "its format is 'feddymem golden 9', this version reads 'feddymem golden 1'",
    );
    for (const other of ['null', '[]', '"text"', '{}'])
      expect(() => parseGolden(other, 'file')).toThrow('file');
  });
});

describe('a compact journal', () => {
  const hash = 'b'.repeat(64);
  const line = (entry: Record<string, Json>) =>
    JSON.stringify({ ...entry, sequence: 3, digest: 'c'.repeat(16) });

  it('keeps all of an event but its number and digest; hashes are cut', () => {
    const text = line({ event: 'delivered', from: hash, payload: hash, local: { bank: hash, gone: null } });
    expect(JSON.parse(compactLine(text))).toEqual({
      event: 'delivered',
      from: hash,
      payload: 'b'.repeat(16),
      local: { bank: 'b'.repeat(16), gone: null },
    });
  });

  it('has a shape without payloads and figures, yet with what is there and what is not', () => {
    const event = (payload: string, gone: string | null): Record<string, Json> => ({
      ...{ bytes: 5, kind: 'computed', to: 'server', payload, figures: { loss: 0.5 } },
      local: { bank: hash, gone },
    });
    const shape = (entry: Record<string, Json>) => shapeOfLine(compactLine(line(entry)));
    const other = { ...event('d'.repeat(64), null), figures: { loss: 0.6 } };
    expect(shape(other)).toBe(shape(event(hash, null)));
    expect(shape(event(hash, hash))).not.toBe(shape(event(hash, null)));
    const changes: Record<string, Json>[] = [
      { bytes: 6 },
      { kind: 'upload' },
      { to: 'a' },
      { round: 1 },
      { time: 2 },
    ];
    for (const change of changes)
      expect(shape({ ...event(hash, null), ...change })).not.toBe(shape(event(hash, null)));
  });
});
