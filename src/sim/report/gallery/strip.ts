import sharp from 'sharp';
import { canvasOf, placeSquare } from '../canvas.js';
import type { SheetRow } from '../heat-map-sheet.js';
import { inputCell, mapCell, maskCell } from '../sheet-cells.js';

const gap = 4;
const paper = [128, 128, 128] as const;

/** Input, anomaly map and true mask side by side, as a JPEG of 3 · side + 2 · 4 by `side` pixels. */
export async function galleryStrip(row: Omit<SheetRow, 'caption'>, side: number): Promise<Uint8Array> {
  const { pixels, map, low, high, mask, size } = row;
  const cells = [
    await inputCell(pixels, size, side),
    await mapCell(pixels, map, low, high, size, side),
    await maskCell(mask, size, side),
  ];
  const canvas = canvasOf(3 * side + 2 * gap, side, paper);
  cells.forEach((cell, at) => placeSquare(canvas, cell, side, at * (side + gap), 0));
  const { width, height } = canvas;
  return sharp(canvas.pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 82 })
    .toBuffer();
}
