import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeNamed } from '../../../src/sim/store/write-named.js';
import { temporaryFolder } from '../../support/tiny.js';

it('writes into folders that are not there yet, and leaves nothing else', async () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  await writeNamed(join(folder, 'table.tex'), 'old', '');
  await writeNamed(join(folder, 'table.tex'), new TextEncoder().encode('new'), '');
  expect(readdirSync(folder)).toEqual(['table.tex']);
  expect(readFileSync(join(folder, 'table.tex'), 'utf8')).toBe('new');
});

it('writes the file that a link stands for', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), 'old');
  symlinkSync(join(folder, 'file'), join(folder, 'link'));
  await writeNamed(join(folder, 'link'), 'new', '');
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('new');
});

it.skipIf(process.platform === 'win32')('writes to a device, and does not take its place', async () => {
  const link = join(temporaryFolder(), 'nowhere');
  symlinkSync('/dev/null', link);
  await writeNamed(link, 'text', '');
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
});

it('names the file where it can’t be written, and what to do', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'taken'));
  await expect(writeNamed(join(folder, 'taken'), 'text', 'Choose another.')).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(`${join(folder, 'taken')} can't be written: EISDIR`) as string,
    hint: 'Choose another.',
  });
  expect(readdirSync(folder)).toEqual(['taken']);
});
