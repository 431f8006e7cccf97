import sharp from 'sharp';
import { invariant } from '../../base/errors.js';
import { type Canvas, canvasOf, fillBox, placeSquare } from './canvas.js';
import type { Rgb } from './colour-map.js';
import { writeNumber } from './digits.js';
import { inputCell, mapCell, maskCell } from './sheet-cells.js';
import { type RowPlace, type SheetLayout, sheetLayout } from './sheet-layout.js';

/** One image of the sheet. */
export interface SheetRow {
  /** What to call the image; stands beside the sheet, under the number of its row. */
  readonly caption: string;
  /** size × size × 3 bytes: rows of red, green, blue. */
  readonly pixels: Uint8Array;
  readonly size: number;
  /** size × size anomaly scores. */
  readonly map: Float32Array;
  /** The scores that take the coldest and the hottest colour. */
  readonly low: number;
  readonly high: number;
  /** size × size, 1 where defective; 'good' for a normal image, null where nobody drew a mask. */
  readonly mask: Uint8Array | null | 'good';
}

/** The colours of the numbered tabs: a pair that colour-blind readers tell apart, also by its lightness. */
export const defectiveColour: Rgb = [213, 94, 0];
export const goodColour: Rgb = [0, 84, 140];
/** Without a mask the sheet knows nothing of the image, which may be one nobody has labelled. */
export const unknownColour: Rgb = [120, 124, 130];

const paper: Rgb = [250, 250, 248];
const ink: Rgb = [255, 255, 255];

/**
 * Draws a contact sheet as a PNG: a row for each image with input | anomaly map | true mask, numbered from 1 on a tab
 * that tells defective (orange) from good (blue) and from images without a mask (grey). Needs no font.
 */
export async function heatMapSheet(rows: readonly SheetRow[], cellSize = 192): Promise<Uint8Array> {
  invariant(rows.length > 0, 'a heat-map sheet without rows');
  const layout = sheetLayout(rows.length, cellSize);
  const canvas = canvasOf(layout.width, layout.height, paper);
  for (const [index, row] of rows.entries()) {
    drawTab(canvas, layout, layout.rows[index], index + 1, tabColour(row.mask));
    await drawCells(canvas, layout.rows[index], row, cellSize);
  }
  return sharp(canvas.pixels, { raw: { width: canvas.width, height: canvas.height, channels: 3 } })
    .png({ compressionLevel: 9, adaptiveFiltering: true })
    .toBuffer();
}

function tabColour(mask: SheetRow['mask']): Rgb {
  if (mask === null) return unknownColour;
  return mask === 'good' ? goodColour : defectiveColour;
}

function drawTab(canvas: Canvas, layout: SheetLayout, place: RowPlace, number: number, colour: Rgb): void {
  const { tabWidth, cellSize } = layout;
  fillBox(canvas, place.tab, place.top, tabWidth, cellSize, colour);
  writeNumber(canvas, number, place.tab, place.top, tabWidth, tabWidth, ink);
}

async function drawCells(canvas: Canvas, place: RowPlace, row: SheetRow, cellSize: number): Promise<void> {
  const { caption, pixels, map, low, high, mask, size } = row;
  invariant(
    pixels.length === size * size * 3,
    `${caption}: ${pixels.length} bytes for ${size}×${size} pixels`,
  );
  invariant(
    map.length === size * size,
    `${caption}: a map of ${map.length} scores for ${size}×${size} pixels`,
  );
  const cells = [
    await inputCell(pixels, size, cellSize),
    await mapCell(pixels, map, low, high, size, cellSize),
    await maskCell(mask, size, cellSize),
  ];
  cells.forEach((cell, column) => placeSquare(canvas, cell, cellSize, place.cells[column], place.top));
}
