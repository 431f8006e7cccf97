import sharp from 'sharp';
import { colourOf, type Rgb, shareOf } from './colour-map.js';

/** The pictures of one row of a heat-map sheet, each [cellSize × cellSize × 3] bytes. */

/** How much of the map's colour lies over the picture: little where cold, so that the product stays recognisable. */
const coldOpacity = 0.5;
const hotOpacity = 0.85;

const maskBackground: Rgb = [24, 26, 30];
const maskForeground: Rgb = [245, 245, 240];
const hatchLight: Rgb = [214, 214, 210];
const hatchDark: Rgb = [190, 190, 186];

/** The input as it is. */
export function inputCell(pixels: Uint8Array, size: number, cellSize: number): Promise<Uint8Array> {
  return resize(pixels, size, cellSize, 'lanczos3');
}

/** The anomaly map in colour over the grey input. */
export function mapCell(
  pixels: Uint8Array,
  map: Float32Array,
  low: number,
  high: number,
  size: number,
  cellSize: number,
): Promise<Uint8Array> {
  const blend = new Uint8Array(size * size * 3);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const [red, green, blue] = pixels.subarray(pixel * 3, pixel * 3 + 3);
    const grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    const share = shareOf(map[pixel], low, high);
    const opacity = coldOpacity + share * (hotOpacity - coldOpacity);
    const colour = colourOf(share);
    for (let channel = 0; channel < 3; channel++)
      blend[pixel * 3 + channel] = Math.round(grey + opacity * (colour[channel] - grey));
  }
  return resize(blend, size, cellSize, 'linear');
}

/** The true mask, light on dark; all dark for a good image, hatched where nobody drew one. */
export function maskCell(
  mask: Uint8Array | null | 'good',
  size: number,
  cellSize: number,
): Promise<Uint8Array> {
  if (mask === null) return Promise.resolve(paint(cellSize, hatch));
  if (mask === 'good') return Promise.resolve(paint(cellSize, () => maskBackground));
  const picture = paint(size, (x, y) => (mask[y * size + x] ? maskForeground : maskBackground));
  return resize(picture, size, cellSize, 'nearest');
}

function hatch(x: number, y: number): Rgb {
  return (x + y) % 16 < 5 ? hatchDark : hatchLight;
}

function paint(size: number, colourAt: (x: number, y: number) => Rgb): Uint8Array {
  const pixels = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) pixels.set(colourAt(x, y), (y * size + x) * 3);
  return pixels;
}

async function resize(
  pixels: Uint8Array,
  size: number,
  cellSize: number,
  kernel: 'nearest' | 'linear' | 'lanczos3',
): Promise<Uint8Array> {
  if (size === cellSize) return pixels;
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .resize(cellSize, cellSize, { fit: 'fill', kernel })
    .raw()
    .toBuffer();
}
