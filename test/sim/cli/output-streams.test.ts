import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { outliveOutput } from '../../../src/sim/cli/output-streams.js';
import { temporaryFolder } from '../../support/tiny.js';
import { drawn } from '../study/samples.js';

/** A stream like standard output: it goes on after an error. */
function failing(code: string): Writable {
  return new Writable({
    autoDestroy: false,
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(code), { code }));
    },
  });
}

describe('output that can’t be written', () => {
  it.each([
    ['EPIPE', []],
    ['ENOSPC', ['ENOSPC']],
  ])('ends no work (%s)', async (code, expected) => {
    const told: string[] = [];
    const stream = failing(code);
    outliveOutput(stream, ({ message }) => told.push(message));
    for (let line = 0; line < 3; line++) {
      stream.write('a line\n');
      await setImmediate();
    }
    expect(told).toEqual(expected);
  });
});

const main = join(import.meta.dirname, '../../../dist/sim/cli/main.js');

/** The command, of whose output nobody reads more than its first piece, if so much. */
async function unread(folder: string, firstPiece: boolean, ...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, FEDDYMEM_CACHE: join(folder, 'cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors = text(child.stderr);
  if (firstPiece) child.stdout.once('data', () => child.stdout.destroy());
  else child.stdout.destroy();
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, errors: await errors };
}

describe('a command whose output nobody reads', () => {
  it.each([
    [0, ['help', 'run']],
    [0, ['data', 'list', '--json']],
    [2, ['run', 'nowhere.yaml']],
  ])('ends with %i as ever: %j', async (code, args) => {
    const ended = await unread(temporaryFolder(), false, ...args);
    expect(ended.code).toBe(code);
    expect(ended.errors).not.toContain('EPIPE');
  });

  it('runs to its end', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'drawn.yaml'), stringify(drawn));
    const ended = await unread(folder, true, 'run', 'drawn.yaml', '--out', 'run', '--workers', '1');
    expect(ended).toEqual({ code: 0, errors: '' });
    expect(existsSync(join(folder, 'run', 'report.html'))).toBe(true);
    expect(existsSync(join(folder, 'run', 'result.json'))).toBe(true);
  });
});
