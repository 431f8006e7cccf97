import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJournal } from '../../../src/actors/journal.js';
import { checkJournal, followDigest } from '../../../src/sim/compare/journal-chain.js';
import { readJournal } from '../../../src/sim/compare/read-journal.js';
import { entry, fileOf, journalLines } from './samples.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feddymem-journal-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string | Uint8Array) {
  const path = join(folder, 'journal.jsonl');
  await writeFile(path, content);
  return readJournal(path);
}

const lines = journalLines([
  { event: 'delivered', from: 'Müller\u2028', figures: { loss: 0.5 } },
  { event: 'compute', at: 'Müller\u2028' },
  { event: 'finished' },
]);

describe('reading a journal', () => {
  it('follows the chain of the journal that a run writes', async () => {
    const journal = createJournal([]);
    const written = [1.5, 2].map((time) =>
      journal.add({ kind: 'recorded', time, by: 'server', event: { kind: 'finished' } }),
    );
    const found = await read(fileOf(written.map(({ line }) => line)));
    expect(found.damaged).toBeNull();
    expect(found.digest).toBe(journal.digest());
    expect(found.lines.map(({ text }) => text)).toEqual(written.map(({ line }) => line));
    expect(found.lines[0].entry).toMatchObject({ sequence: 0, time: 1.5, by: 'server', event: 'finished' });
  });

  it('keeps the lines before a cut, wherever it falls', async () => {
    const bytes = Buffer.from(fileOf(lines));
    const ends = lines.map((_, at) => Buffer.byteLength(fileOf(lines.slice(0, at + 1))) - 1);
    for (let length = 0; length <= bytes.length; length++) {
      const cut = await read(bytes.subarray(0, length));
      const complete = ends.filter((end) => end <= length).length;
      expect(cut.lines.map(({ text }) => text)).toEqual(lines.slice(0, complete));
      const atBoundary = length === 0 || bytes[length - 1] === 0x0a || bytes[length] === 0x0a;
      expect(cut.damaged?.line ?? null).toBe(atBoundary ? null : complete + 1);
      expect(cut.digest.startsWith((lines[complete - 1] ?? '').slice(-18, -2))).toBe(true);
    }
  });

  it('keeps the lines before a changed byte, whichever it is', async () => {
    const bytes = Buffer.from(fileOf(lines));
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] ^= 1;
      const intact = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length;
      const found = await read(changed);
      const isLastBreak = at === bytes.length - 1;
      // A broken line break takes the line before it along.
      expect(found.lines.map(({ text }) => text)).toEqual(lines.slice(0, intact));
      expect(found.damaged?.line).toBe(isLastBreak ? lines.length : intact + 1);
    }
  });

  it.each([
    ['a missing line', [lines[0], lines[2]], 2, 'its sequence is 2 where 1 is due'],
    ['a missing beginning', lines.slice(1), 1, 'its sequence is 1 where 0 is due'],
    ['a line twice', [lines[0], lines[0]], 2, 'its sequence is 0 where 1 is due'],
    ['no sequence', ['{"digest":"0123456789abcdef"}'], 1, 'its sequence is missing where 0 is due'],
    ['another line in between', [lines[0], '{"sequence":1}'], 2, 'its running digest does not follow'],
    ['an empty line', [lines[0], '', lines[1]], 2, 'it is not a whole JSON object'],
    ['a list', ['[]'], 1, 'it is not a whole JSON object'],
    ['foreign line ends', [lines[0], `${lines[1]}\r`], 2, 'its running digest does not follow'],
    [
      'another version',
      [lines[0].replace(/[0-9a-f]{16}/, '0123456789abcdef')],
      1,
      'another version wrote it',
    ],
  ])('reports %s', async (_name, given, line, reason) => {
    const { damaged, lines: intact } = await read(fileOf(given));
    expect(damaged).toEqual({ line, reason: expect.stringContaining(reason) as string });
    expect(intact).toHaveLength(line - 1);
  });

  it('reports bytes that are no text, and goes on to read others', async () => {
    expect((await read(Uint8Array.of(0xc3, 0x0a))).damaged).toEqual({
      line: 1,
      reason: 'it is not UTF-8 text',
    });
    expect((await read(fileOf(lines))).damaged).toBeNull();
  });

  it('names a file that is missing', async () => {
    const path = join(folder, 'none.jsonl');
    await expect(readJournal(path)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(path) as string,
    });
  });
});

describe('the chain', () => {
  it('holds for what was written and breaks at a changed entry', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), fc.nat(), (entries, at) => {
        const written = journalLines(entries);
        expect(checkJournal(written)).toMatchObject({ damaged: null, lines: { length: written.length } });
        const index = at % written.length;
        const forged = written.map((line, position) =>
          position === index ? `{"!":0,${line.slice(1)}` : line,
        );
        expect(checkJournal(forged)).toMatchObject({
          damaged: { line: index + 1 },
          lines: { length: index },
        });
      }),
    );
  });

  it('needs the whole digest before a line', () => {
    const before = createJournal([]).digest();
    const after = followDigest(before, lines[0]);
    expect(after).toHaveLength(64);
    expect(lines[0].slice(-18, -2)).toBe(after?.slice(0, 16));
    expect(followDigest(before.slice(0, 16), lines[0])).toBeNull();
    expect(followDigest(before, lines[1])).toBeNull();
  });
});
