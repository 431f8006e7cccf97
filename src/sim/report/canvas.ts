import type { Rgb } from './colour-map.js';

/** A picture being put together: width × height × 3 bytes, rows of red, green, blue. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A canvas of one colour. */
export function canvasOf(width: number, height: number, colour: Rgb): Canvas {
  const canvas = { width, height, pixels: new Uint8Array(width * height * 3) };
  fillBox(canvas, 0, 0, width, height, colour);
  return canvas;
}

/** Fills a box, which must lie on the canvas. */
export function fillBox(
  { width: stride, pixels }: Canvas,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: Rgb,
): void {
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++) pixels.set(colour, (y * stride + x) * 3);
}

/** Copies a square picture of RGB bytes onto the canvas. */
export function placeSquare(canvas: Canvas, picture: Uint8Array, size: number, left: number, top: number) {
  for (let y = 0; y < size; y++) {
    const row = picture.subarray(y * size * 3, (y + 1) * size * 3);
    canvas.pixels.set(row, ((top + y) * canvas.width + left) * 3);
  }
}
