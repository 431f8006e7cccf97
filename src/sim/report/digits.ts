import { type Canvas, fillBox } from './canvas.js';
import type { Rgb } from './colour-map.js';

/** Digits of 3 × 5 squares, row by row: a bare machine has no font to write with. */
const glyphs = [
  '111101101101111',
  '010110010010111',
  '111001111100111',
  '111001111001111',
  '101101111001001',
  '111100111001111',
  '111100111101111',
  '111001010010010',
  '111101111101111',
  '111101111001111',
];

/** Writes a whole number in the middle of a box, as large as it fits up to 4 pixels a square. */
export function writeNumber(
  canvas: Canvas,
  value: number,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: Rgb,
): void {
  const digits = [...String(value)].map(Number);
  const columns = digits.length * 4 - 1;
  const square = Math.min(4, Math.floor(width / (columns + 1)), Math.floor(height / 6));
  if (square < 1) return;
  const x = left + Math.floor((width - columns * square) / 2);
  const y = top + Math.floor((height - 5 * square) / 2);
  digits.forEach((digit, place) => {
    [...glyphs[digit]].forEach((set, at) => {
      if (set === '0') return;
      const column = place * 4 + (at % 3);
      fillBox(canvas, x + column * square, y + Math.floor(at / 3) * square, square, square, colour);
    });
  });
}
