import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parsePartitionTable, readPartitionTable } from '../../../../src/sim/data/partition/table.js';
import { imageOf } from './pools.js';

const settings = { key: 'file', column: 'client' };
const table = (text: string) => parsePartitionTable(text, 'labs.csv', settings);

describe('a table of clients', () => {
  it('names an image by id, by the end of its path, or by file name', () => {
    const clientOf = table(
      'file,client\nset/bolt/train/1.png,id\nbolt/train/2.png,end\n3.png,name\n/data/set/bolt/4.png,path\n./bolt/5.png,dotted\nbolt\\6.png,backward\n',
    );
    expect(clientOf(imageOf('set/bolt/train/1.png'))).toBe('id');
    expect(clientOf(imageOf('set/bolt/train/2.png'))).toBe('end');
    expect(clientOf(imageOf('set/bolt/train/3.png'))).toBe('name');
    expect(clientOf(imageOf('set/bolt/4.png'))).toBe('path');
    expect(clientOf(imageOf('set/bolt/5.png'))).toBe('dotted');
    expect(clientOf(imageOf('set/bolt/6.png'))).toBe('backward');
    expect(clientOf(imageOf('set/bolt/13.png'))).toBeUndefined();
  });

  it('prefers the longer name', () => {
    const clientOf = table('file,client\n1.png,name\ntest/1.png,longer\n');
    expect(clientOf(imageOf('set/test/1.png'))).toBe('longer');
    expect(clientOf(imageOf('set/train/1.png'))).toBe('name');
  });

  it('refuses a row that fits two images, but not the same image again', () => {
    const clientOf = table('file,client\n1.png,a\n');
    expect(clientOf(imageOf('set/bolt/1.png'))).toBe('a');
    expect(clientOf(imageOf('set/bolt/1.png'))).toBe('a');
    expect(() => clientOf(imageOf('set/cap/1.png'))).toThrow('fits both set/bolt/1.png and set/cap/1.png');
  });

  it('reads quotes, blanks, a byte order mark, and other columns', () => {
    const clientOf = table('\uFEFFnote,client,file\n"a, b", "Lab ""1""" , 1.png\n\n');
    expect(clientOf(imageOf('set/1.png'))).toBe('Lab "1"');
  });

  it.each([
    ['lacks the key', 'path,client\na,b\n', 'labs.csv has no column file'],
    ['lacks the column', 'file,lab\na,b\n', 'labs.csv has no column client'],
    ['is empty', '', 'labs.csv has no column file'],
    ['contradicts itself', 'file,client\na.png,1\na.png,2\n', 'labs.csv puts a.png into both 1 and 2'],
    ['has ragged rows', 'file,client\na.png\n', 'labs.csv is not a CSV file'],
  ])('that %s is refused', (_, text, message) => {
    expect(() => table(text)).toThrow(message);
  });
});

describe('the file of a table', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  it('is read, or named when it is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'table-'));
    folders.push(folder);
    const path = join(folder, 'labs.csv');
    await writeFile(path, 'image,lab\n1.png,A\n');
    const clientOf = await readPartitionTable(path, { key: 'image', column: 'lab' });
    expect(clientOf(imageOf('set/1.png'))).toBe('A');
    await expect(readPartitionTable(join(folder, 'none.csv'), settings)).rejects.toThrow(
      `data.partition.file ${join(folder, 'none.csv')} can't be read`,
    );
  });
});
