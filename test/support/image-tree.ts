import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { stream } from '../../src/base/random.js';

/** Writes a grey, grainy picture; `mark` paints a bright square, as a defect would. */
export async function writePicture(
  path: string,
  options: { side?: number; mark?: boolean } = {},
): Promise<void> {
  const { side = 48, mark = false } = options;
  const random = stream(1, 'picture', path.replaceAll(/.*feddymem-test-[^/]*/g, ''));
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)];
    return mark && x > side / 2 && x < side / 2 + 9 && y > side / 2 && y < side / 2 + 9
      ? 250
      : 90 + random.integer(40);
  });
  mkdirSync(dirname(path), { recursive: true });
  await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toFile(path);
}

export async function writeMask(path: string, side = 48): Promise<void> {
  const pixels = Uint8Array.from({ length: side * side }, (_, at) =>
    at % side > side / 2 && at > (side * side) / 2 ? 255 : 0,
  );
  mkdirSync(dirname(path), { recursive: true });
  await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toFile(path);
}

export interface TreeOptions {
  readonly train?: number;
  readonly good?: number;
  readonly defective?: number;
  readonly masks?: boolean;
}

/** A small data set in the MVTec layout, its file names starting with a_ and b_ in turn. */
export async function writeImageSet(root: string, options: TreeOptions = {}): Promise<void> {
  const { train = 8, good = 4, defective = 4, masks = true } = options;
  const name = (index: number) => `${index % 2 ? 'b' : 'a'}_${String(index).padStart(3, '0')}.png`;
  mkdirSync(join(root, 'train', 'good'), { recursive: true });
  mkdirSync(join(root, 'test'), { recursive: true });
  for (let index = 0; index < train; index++) await writePicture(join(root, 'train', 'good', name(index)));
  for (let index = 0; index < good; index++) await writePicture(join(root, 'test', 'good', name(index)));
  for (let index = 0; index < defective; index++) {
    await writePicture(join(root, 'test', 'spot', name(index)), { mark: true });
    if (masks) await writeMask(join(root, 'ground_truth', 'spot', name(index).replace('.png', '_mask.png')));
  }
}
