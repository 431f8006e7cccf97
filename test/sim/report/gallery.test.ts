import fc from 'fast-check';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseImages } from '../../../src/sim/report/gallery/choose.js';
import { emptyGallery, readGallery, writeGallery } from '../../../src/sim/report/gallery/gallery-file.js';
import { sampleGallery } from './extras.js';

describe('choice of images', () => {
  const image = fc.record({
    label: fc.constantFrom<0 | 1>(0, 1),
    score: fc.double({ min: -5, max: 50, noNaN: true }),
  });
  const images = fc.array(image, { maxLength: 30 }).map((all) => all.map((one, at) => ({ ...one, at })));

  it('takes no image twice, as many as there is room for, and three at most at an end', () => {
    fc.assert(
      fc.property(images, fc.option(fc.double({ min: 0, max: 20, noNaN: true })), (all, threshold) => {
        const chosen = chooseImages(all, threshold);
        expect(new Set(chosen.map((one) => one.image.at)).size).toBe(chosen.length);
        expect(chosen).toHaveLength(Math.min(all.length, 6));
        for (const end of ['hardest', 'easiest'])
          expect(chosen.filter((one) => one.end === end).length).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('puts mistakes first, and what is clear last', () => {
    const scores: [label: 0 | 1, score: number][] = [
      [0, 1],
      [0, 2],
      [0, 3],
      [0, 6],
      [1, 3.9],
      [1, 8],
      [1, 30],
      [1, 50],
    ];
    const chosen = chooseImages(
      scores.map(([label, score], at) => ({ at, label, score })),
      5,
    );
    expect(chosen.filter(({ end }) => end === 'hardest').map(({ image: { at } }) => at)).toEqual([3, 4, 5]);
    // Both classes: a defect's score lies further off by nature.
    expect(chosen.filter(({ end }) => end === 'easiest').map(({ image: { at } }) => at)).toEqual([7, 0, 6]);
  });
});

describe('gallery of a run folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gallery-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is read as it was written', async () => {
    const gallery = await sampleGallery(['a', '../b"']);
    await writeGallery(folder, gallery);
    expect(readdirSync(join(folder, 'gallery'))).toHaveLength(7);
    const clients = gallery.clients.map((client) => ({
      ...client,
      images: client.images.map((image) => ({ ...image, picture: Buffer.from(image.picture) })),
    }));
    expect(await readGallery(folder)).toEqual({ ...gallery, clients });
    const { format, width, height } = await sharp(gallery.clients[0].images[0].picture).metadata();
    expect([format, width, height]).toEqual(['jpeg', 3 * 16 + 8, 16]);
  });

  it('replaces the one before, and leaves nothing where there is none', async () => {
    await writeGallery(folder, await sampleGallery(['a', 'b']));
    await writeGallery(folder, await sampleGallery(['a']));
    expect(readdirSync(join(folder, 'gallery'))).toHaveLength(4);
    await writeGallery(folder, emptyGallery);
    expect(readdirSync(folder)).toEqual([]);
    expect(await readGallery(folder)).toEqual(emptyGallery);
  });

  it('leaves files alone that it has not written', async () => {
    mkdirSync(join(folder, 'gallery'));
    writeFileSync(join(folder, 'gallery', 'holiday.jpg'), 'mine');
    await writeGallery(folder, emptyGallery);
    await writeGallery(folder, await sampleGallery(['a']));
    await writeGallery(folder, emptyGallery);
    expect(readdirSync(join(folder, 'gallery'))).toEqual(['holiday.jpg']);
  });

  it('reads no file outside of it', async () => {
    await writeGallery(folder, await sampleGallery(['a']));
    const index = {
      format: 'feddymem gallery 1',
      clients: [
        {
          id: 'a',
          threshold: null,
          images: [{ file: '../secret.jpg', image: 'i', end: 'hardest', label: 0, score: 1 }],
        },
      ],
      sheet: [],
    };
    writeFileSync(join(folder, 'gallery', 'gallery.json'), JSON.stringify(index));
    writeFileSync(join(folder, 'secret.jpg'), 'x');
    expect(await readGallery(folder)).toEqual(emptyGallery);
  });
});
