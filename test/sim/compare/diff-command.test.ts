import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { encodeSafetensors } from '../../../src/base/safetensors.js';
import { diffCommand } from '../../../src/sim/cli/diff-command.js';
import { checkJournal } from '../../../src/sim/compare/journal-chain.js';
import { fileOf, journalLines, type Entry } from './samples.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feddymem-diff-'));
  vi.stubEnv('FEDDYMEM_CACHE', join(folder, 'cache'));
});
afterEach(async () => {
  process.exitCode = undefined;
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function run(name: string, lines: readonly string[], scenario?: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'journal.jsonl'), fileOf(lines));
  if (scenario !== undefined) await writeFile(join(path, 'scenario.yaml'), scenario);
  return path;
}

async function keep(bytes: Uint8Array): Promise<string> {
  const hash = sha256(bytes);
  await mkdir(join(folder, 'cache', 'payloads', hash.slice(0, 2)), { recursive: true });
  await writeFile(join(folder, 'cache', 'payloads', hash.slice(0, 2), hash), bytes);
  return hash;
}

async function diff(...parameters: string[]): Promise<{ output: string; exit: unknown }> {
  let output = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  try {
    await diffCommand().parseAsync(parameters, { from: 'user' });
    return { output, exit: process.exitCode };
  } finally {
    write.mockRestore();
  }
}

const entries = (payload: string): Entry[] => [
  { event: 'start' },
  { event: 'delivered', payload },
  { event: 'finished' },
];
const payload = (value: number) =>
  encodeSafetensors({ bank: { type: 'F32', shape: [1], data: Float32Array.of(value) } });

describe('feddymem diff', () => {
  it('says that runs are equal, by number of events and digest', async () => {
    const lines = journalLines(entries('x'));
    const [a, b] = [await run('a', lines, 'seed: 1\n'), await run('b', lines, 'seed: 1\n')];
    const { output, exit } = await diff(a, join(b, 'journal.jsonl'));
    expect(output).toBe(
      `A  ${a}\nB  ${join(b, 'journal.jsonl')}\n\nequal: 3 events, digest ${checkJournal(lines).digest}\n`,
    );
    expect(exit).toBeUndefined();
  });

  it('shows settings, then the event, then the numbers, and exits with 1', async () => {
    const [one, two] = [await keep(payload(1)), await keep(payload(2))];
    const a = await run('a', journalLines(entries(one)), 'method:\n  rate: 0.1\nseed: 1\n');
    const b = await run('b', journalLines(entries(two)), 'method:\n  rate: 0.2\nseed: 1\n');
    const { output, exit } = await diff(a, b);
    const order = ['method.rate  0.1  0.2', 'event 1: delivered', 'payload  ', 'first at [0]: A 1, B 2'];
    expect(order.map((part) => output.indexOf(part))).toEqual(
      order.map((part) => output.indexOf(part)).toSorted((x, y) => x - y),
    );
    order.forEach((part) => expect(output).toContain(part));
    expect(output).not.toContain('seed');
    expect(exit).toBe(1);
  });

  it('believes no payload whose bytes have another hash', async () => {
    const [one, two] = [await keep(payload(1)), await keep(payload(2))];
    await writeFile(join(folder, 'cache', 'payloads', two.slice(0, 2), two), payload(3));
    const { output } = await diff(
      await run('a', journalLines(entries(one))),
      await run('b', journalLines(entries(two))),
    );
    expect(output).toContain("payload: B's payload is not in the cache any more");
    expect(output).toMatch(/settings not compared: .*scenario\.yaml can't be read/);
  });

  it('calls damaged journals not equal, though their intact parts agree', async () => {
    const lines = journalLines(entries('x'));
    const cut = [lines[0], lines[1].slice(0, -9)];
    const { output, exit } = await diff(await run('a', cut, ''), await run('b', cut, ''));
    expect(output).toContain('A is damaged from line 2 on: it is not a whole JSON object\nB is damaged');
    expect(output).toContain('the intact parts agree: 1 event\n');
    expect(exit).toBe(1);
    const whole = await diff(join(folder, 'a'), await run('c', lines, ''));
    expect(whole.output).toContain('A ends after 1 event; B goes on with event 1: delivered');
  });

  it('prints JSON', async () => {
    const lines = journalLines(entries('x'));
    const other = journalLines(entries('y'));
    const [a, b] = [await run('a', lines, 'rounds: 3\n'), await run('b', other, 'rounds: 4\n')];
    const { output, exit } = await diff(a, b, '--json');
    expect(JSON.parse(output)).toEqual({
      equal: false,
      a: { events: 3, digest: checkJournal(lines).digest, damaged: null },
      b: { events: 3, digest: checkJournal(other).digest, damaged: null },
      settings: { differing: [{ path: 'rounds', a: 3, b: 4 }] },
      divergence: {
        index: 1,
        a: JSON.parse(lines[1]) as unknown,
        b: JSON.parse(other[1]) as unknown,
        fields: [{ path: 'payload', a: 'x', b: 'y' }],
        payloads: [],
      },
    });
    expect(exit).toBe(1);
    expect(JSON.parse((await diff(a, a, '--json')).output)).toMatchObject({ equal: true, divergence: null });
  });

  it('names a journal that is missing', async () => {
    const a = await run('a', journalLines([]));
    await mkdir(join(folder, 'empty'));
    await expect(diff(a, join(folder, 'empty'))).rejects.toThrow(join(folder, 'empty', 'journal.jsonl'));
    await expect(diff(a, join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('does without settings that are no YAML', async () => {
    const lines = journalLines(entries('x'));
    const { output, exit } = await diff(await run('a', lines, '[1'), await run('b', lines, 'a: 1'));
    expect(output).toMatch(/settings not compared: .*a\/scenario\.yaml can't be read/);
    expect(exit).toBeUndefined();
  });
});
