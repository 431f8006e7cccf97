import sharp, { type Sharp } from 'sharp';
import { sha256 } from '../../../../src/base/hash.js';
import { stream } from '../../../../src/base/random.js';
import { decodeImage } from '../../../../src/model/images/decode.js';
import type { Located } from '../../../../src/sim/data/leaks/find-leaks.js';
import { fingerprintOf } from '../../../../src/sim/data/leaks/fingerprint.js';

export const pictureSide = 160;
const decodedSize = 128;

/** Smooth noise from an address, grey levels around 0: [160×160]. */
export function texture(name: string, grain = 5): Float64Array {
  const random = stream(3, name);
  const cells = Math.ceil(pictureSide / grain) + 2;
  const grid = Float64Array.from({ length: cells * cells }, () => random.uniform() - 0.5);
  return Float64Array.from({ length: pictureSide * pictureSide }, (_, at) => {
    const x = (at % pictureSide) / grain;
    const y = Math.floor(at / pictureSide) / grain;
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [x - column, y - row];
    const corner = (i: number, j: number) => grid[(row + j) * cells + column + i];
    return (
      (1 - v) * ((1 - u) * corner(0, 0) + u * corner(1, 0)) + v * ((1 - u) * corner(0, 1) + u * corner(1, 1))
    );
  });
}

/** A picture file of grey levels. */
export async function pictureOf(levels: Float64Array): Promise<Buffer> {
  const bytes = Uint8Array.from(levels, (value) => Math.min(255, Math.max(0, Math.round(value))));
  const raw = { width: pictureSide, height: pictureSide, channels: 1 as const };
  return sharp(bytes, { raw }).jpeg({ quality: 92 }).toBuffer();
}

/** An unmistakable picture. */
export function specimen(name: string): Promise<Buffer> {
  return pictureOf(texture(name).map((value) => 128 + 160 * value));
}

/** A copy of a picture file, changed and encoded again. */
export async function changed(file: Buffer, change: (image: Sharp) => Sharp, quality = 90): Promise<Buffer> {
  return change(sharp(file)).jpeg({ quality }).toBuffer();
}

export async function located(client: string, id: string, file: Buffer, scene?: string): Promise<Located> {
  const pixels = await decodeImage(file, decodedSize, id);
  return { client, id, scene, fingerprint: fingerprintOf(pixels, decodedSize, sha256(file)) };
}
