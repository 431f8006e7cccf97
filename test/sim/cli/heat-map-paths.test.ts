import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { heatMapPaths, refuseOverwriting } from '../../../src/sim/cli/heat-map-paths.js';
import { scoreCommand } from '../../../src/sim/cli/score-command.js';
import { temporaryFolder } from '../../support/tiny.js';

function photos(): { folder: string; photo: string } {
  const folder = temporaryFolder();
  const photo = join(folder, 'part.png');
  writeFileSync(photo, 'a photo');
  return { folder, photo };
}

describe('heat maps of images', () => {
  it('are named after them, each by a name of its own', () => {
    const images = ['a/part.png', 'b/part.jpg', 'part-2.png', 'Part.png', 'whole.jpg'];
    expect(heatMapPaths('maps', images)).toEqual(
      ['part.png', 'part-2.png', 'part-2-2.png', 'Part-3.png', 'whole.png'].map((name) => join('maps', name)),
    );
  });

  it('are refused where one would replace an image, before the run is read', async () => {
    const { folder, photo } = photos();
    const other = join(folder, 'other.jpg');
    writeFileSync(other, 'another photo');
    const scored = scoreCommand().parseAsync(['no-run', other, photo, '--out', folder], { from: 'user' });
    await expect(scored).rejects.toMatchObject({
      code: 'bad-input',
      message: `the heat map ${photo} would replace the image ${photo}`,
      hint: expect.stringContaining('--out') as string,
    });
    expect(readFileSync(photo, 'utf8')).toBe('a photo');
    expect(readdirSync(folder)).toEqual(['other.jpg', 'part.png']);
  });

  it.each([
    ['a relative path', (photo: string) => ({ image: relative('.', photo), map: photo })],
    [
      'a link to its folder',
      (photo: string, folder: string) => {
        symlinkSync(folder, join(folder, 'maps'));
        return { image: photo, map: join(folder, 'maps', 'part.png') };
      },
    ],
    [
      'a link to it',
      (photo: string, folder: string) => {
        mkdirSync(join(folder, 'maps'));
        linkSync(photo, join(folder, 'maps', 'part.png'));
        return { image: photo, map: join(folder, 'maps', 'part.png') };
      },
    ],
  ])('are refused where one would replace an image by %s', async (_, paths) => {
    const { folder, photo } = photos();
    const { image, map } = paths(photo, folder);
    await expect(refuseOverwriting([image], [map])).rejects.toThrow('would replace the image');
  });

  it('may replace earlier ones, and stand beside images', async () => {
    const { folder, photo } = photos();
    const map = join(folder, 'whole.png');
    writeFileSync(map, 'of an earlier time');
    await refuseOverwriting([photo, 'missing.png'], [map, join(folder, 'nothing', 'missing.png')]);
  });
});
