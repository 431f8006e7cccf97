import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { shuffledIndices, stream } from '../../../../src/base/random.js';
import { findLeaks, type Located } from '../../../../src/sim/data/leaks/find-leaks.js';
import { changed, located, pictureOf, pictureSide, specimen, texture } from './pictures.js';

const one = 'specimen 1';
let file: Buffer;
let original: Located;
let others: Located[];

beforeAll(async () => {
  file = await specimen(one);
  original = await located('b', 'test/1', file);
  others = await Promise.all(
    Array.from({ length: 12 }, async (_, at) => located('a', `train/${at}`, await specimen(`other ${at}`))),
  );
});

async function similarityOf(copy: Buffer): Promise<number> {
  const leaks = findLeaks([...others, await located('a', 'copy', copy)], [original]);
  expect(leaks.map(({ train }) => train.id).filter((id) => id !== 'copy')).toEqual([]);
  return leaks.length === 0 ? 0 : leaks[0].similarity;
}

const cut = Math.round(pictureSide * 0.02);
const whole = pictureSide - cut;
const copies: Record<string, (image: Buffer) => Promise<Buffer>> = {
  'encoded again at quality 60': (image) => changed(image, (it) => it, 60),
  halved: (image) => changed(image, (it) => it.resize(pictureSide / 2, pictureSide / 2)),
  doubled: (image) => changed(image, (it) => it.resize(pictureSide * 2, pictureSide * 2)),
  'cropped by 2 % in the middle': (image) =>
    changed(image, (it) => it.extract({ left: cut >> 1, top: cut >> 1, width: whole, height: whole })),
  'cropped by 2 % at a corner': (image) =>
    changed(image, (it) => it.extract({ left: cut, top: cut, width: whole, height: whole })),
  brighter: (image) => changed(image, (it) => it.linear(1.2, 0)),
  darker: (image) => changed(image, (it) => it.linear(0.7, 0)),
  blurred: (image) => changed(image, (it) => it.blur(1)),
};

describe('findLeaks', () => {
  it('finds a copied file of another client, exactly', async () => {
    const leaks = findLeaks([...others, await located('a', 'train/copy', file)], [original]);
    expect(leaks).toEqual([
      {
        kind: 'exact',
        train: { client: 'a', id: 'train/copy' },
        test: { client: 'b', id: 'test/1' },
        similarity: 1,
      },
    ]);
  });

  it('finds another file with the same pixels, exactly', async () => {
    const lossless = await located('a', 'copy', await sharp(file).png().toBuffer());
    expect(lossless.fingerprint.contentHash).not.toBe(original.fingerprint.contentHash);
    expect(findLeaks([lossless], [original]).map(({ kind }) => kind)).toEqual(['exact']);
  });

  it.each(Object.entries(copies))('finds a copy that was %s', async (_, copy) => {
    const similarity = await similarityOf(await copy(file));
    expect(similarity).toBeGreaterThan(0.95);
    expect(similarity).toBeLessThanOrEqual(1);
  });

  it('does not find mirrored copies, halves or other pictures', async () => {
    expect(await similarityOf(await changed(file, (it) => it.flop()))).toBe(0);
    const part = { left: 0, top: 0, width: pictureSide / 2, height: pictureSide / 2 };
    expect(await similarityOf(await changed(file, (it) => it.extract(part)))).toBe(0);
    expect(findLeaks(others, [original], { threshold: 0.5 })).toEqual([]);
  });

  it('does not take specimens in front of the same fixture for each other', async () => {
    const fixture = texture('fixture', 11).map((value) => (value > 0 ? 190 : 50));
    const shown = (name: string) => {
      const own = texture(name);
      return pictureOf(fixture.map((level, at) => level + 30 * own[at]));
    };
    const train = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => located('a', `${at}`, await shown(`part ${at}`), 'part')),
    );
    const test = [
      await located('b', 'new', await shown('part 100'), 'part'),
      await located('b', 'again', await changed(await shown('part 7'), (it) => it, 75), 'part'),
    ];
    expect(findLeaks(train, test).map((leak) => [leak.train.id, leak.test.id])).toEqual([['7', 'again']]);
    // It is the scene that tells them apart: alone, any two of them look alike.
    const alike = findLeaks(train.slice(0, 1), test.slice(0, 1), { threshold: 0.8 });
    expect(alike).toHaveLength(1);
  });

  it('ignores repeats within the training images and within the test images', async () => {
    const again = { ...original, id: 'test/2' };
    const twice = others.map((image) => ({ ...image, client: 'c' }));
    expect(findLeaks([...others, ...twice], [original, again])).toEqual([]);
  });

  it('finds an image in training of one client and test of several', async () => {
    const train = await located('a', 'copy', file);
    const leaks = findLeaks(
      [train, ...others],
      [{ ...original, client: 'c' }, original, { ...original, client: 'a' }],
    );
    expect(leaks.map(({ test }) => test.client)).toEqual(['a', 'b', 'c']);
  });

  it('gives the same leaks in whatever order the images come', async () => {
    const train = [
      ...others,
      await located('a', 'copy', await changed(file, (it) => it, 70)),
      await located('c', 'copy', file),
    ];
    const test = [original, { ...others[3], client: 'b' }, { ...others[5], client: 'd' }];
    const leaks = findLeaks(train, test);
    expect(leaks.map(({ kind }) => kind)).toEqual(['exact', 'exact', 'exact', 'near']);
    for (const turn of [1, 2, 3]) {
      const mixed = <T>(list: readonly T[]) =>
        [...shuffledIndices(stream(turn, 'order'), list.length)].map((at) => list[at]);
      expect(findLeaks(mixed(train), mixed(test))).toEqual(leaks);
    }
  });

  it('finds flat images by their file only', async () => {
    const flat = (level: number) => pictureOf(new Float64Array(pictureSide * pictureSide).fill(level));
    const train = [await located('a', 'black', await flat(0)), await located('a', 'grey', await flat(90))];
    const brighter = await located('b', 'bright', await flat(120));
    const reencoded = await located('b', 'black again', await changed(await flat(0), (it) => it, 50));
    expect(findLeaks(train, [brighter, reencoded, original])).toEqual([]);
    expect(findLeaks(train, [{ ...train[1], client: 'b' }]).map(({ kind }) => kind)).toEqual(['exact']);
  });

  it('takes empty lists, and refuses thresholds that mean nothing', () => {
    expect(findLeaks([], [original])).toEqual([]);
    expect(findLeaks([original], [])).toEqual([]);
    for (const threshold of [0, 1.1, NaN]) {
      expect(() => findLeaks([], [], { threshold })).toThrow('threshold');
    }
  });
});
