import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { colourOf, gradientCss, type Rgb, shareOf } from '../../../src/sim/report/colour-map.js';
import {
  defectiveColour,
  goodColour,
  heatMapSheet,
  type SheetRow,
  unknownColour,
} from '../../../src/sim/report/heat-map-sheet.js';
import { sheetLayout } from '../../../src/sim/report/sheet-layout.js';

const lightness = ([red, green, blue]: Rgb) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

describe('colour map', () => {
  it('grows lighter all the way, so that its order needs no colour vision', () => {
    const steps = Array.from({ length: 101 }, (_, index) => lightness(colourOf(index / 100)));
    for (let index = 1; index < steps.length; index++) expect(steps[index]).toBeGreaterThan(steps[index - 1]);
  });

  it('follows the inferno of another library', async () => {
    const { scheme } = await import('vega');
    const inferno = scheme('inferno') as unknown as (share: number) => string;
    for (let share = 0; share <= 1; share += 0.01) {
      const expected = inferno(share).match(/\d+/g)!.map(Number);
      colourOf(share).forEach((value, index) =>
        expect(Math.abs(value - expected[index])).toBeLessThanOrEqual(8),
      );
    }
  });

  it('takes the nearer end outside its range and the cold end where there is no range', () => {
    expect(colourOf(7)).toEqual(colourOf(1));
    expect(colourOf(-7)).toEqual(colourOf(0));
    expect(colourOf(NaN)).toEqual(colourOf(0));
    expect(shareOf(3, 2, 4)).toBe(0.5);
    expect(shareOf(9, 2, 4)).toBe(1);
    expect(shareOf(3, 3, 3)).toBe(0);
    expect(gradientCss()).toMatch(/^linear-gradient\(to right, rgb\(0 0 4\), .*rgb\(252 255 164\)\)$/);
  });
});

const size = 16;
const cellSize = 64;

/** A grey image whose map is hot in its right half, which is also its mask. */
function sampleRow(mask: 'half' | 'good' | null = 'half'): SheetRow {
  const rightHalf = Array.from({ length: size * size }, (_, pixel) => (pixel % size >= size / 2 ? 1 : 0));
  return {
    caption: 'sample',
    pixels: new Uint8Array(size * size * 3).fill(120),
    size,
    map: Float32Array.from(rightHalf, (hot) => 1 + hot),
    low: 1,
    high: 2,
    mask: mask === 'half' ? Uint8Array.from(rightHalf) : mask,
  };
}

async function open(png: Uint8Array) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): Rgb => {
    const start = (y * info.width + x) * info.channels;
    return [data[start], data[start + 1], data[start + 2]];
  };
  return { ...info, at };
}

describe('heat-map sheet', () => {
  it.each([
    [1, 1, 1],
    [6, 1, 6],
    [7, 2, 4],
    [18, 3, 6],
  ])('sets %i rows in %i groups of %i, within its bounds', async (count, groups, rowsPerGroup) => {
    const layout = sheetLayout(count, cellSize);
    expect(layout.groups).toBe(groups);
    expect(new Set(layout.rows.map(({ top }) => top)).size).toBe(rowsPerGroup);
    expect(new Set(layout.rows.map(({ tab, top }) => `${tab},${top}`)).size).toBe(count);
    for (const { top, cells } of layout.rows) {
      expect(top + cellSize).toBeLessThanOrEqual(layout.height);
      expect(cells[2] + cellSize).toBeLessThanOrEqual(layout.width);
    }
    const sheet = await open(
      await heatMapSheet(
        Array.from({ length: count }, () => sampleRow()),
        cellSize,
      ),
    );
    expect([sheet.format, sheet.width, sheet.height]).toEqual(['raw', layout.width, layout.height]);
    expect(layout.width).toBeGreaterThan(groups * 3 * cellSize);
  });

  it('shows a hot region in a hotter colour than a cold one, and where the mask lies', async () => {
    const sheet = await open(await heatMapSheet([sampleRow()], cellSize));
    const [{ top, cells }] = sheetLayout(1, cellSize).rows;
    const y = top + cellSize / 2;
    const quarter = cellSize / 4;
    expect(sheet.at(cells[0] + quarter, y)).toEqual([120, 120, 120]);
    const cold = sheet.at(cells[1] + quarter, y);
    const hot = sheet.at(cells[1] + 3 * quarter, y);
    expect(lightness(hot)).toBeGreaterThan(lightness(cold) + 80);
    expect(hot[0]).toBeGreaterThan(hot[2] + 50);
    expect(lightness(sheet.at(cells[2] + quarter, y))).toBeLessThan(40);
    expect(lightness(sheet.at(cells[2] + 3 * quarter, y))).toBeGreaterThan(200);
  });

  it('tells good, defective and unknown masks apart', async () => {
    const rows = [sampleRow('half'), sampleRow('good'), sampleRow(null)];
    const sheet = await open(await heatMapSheet(rows, cellSize));
    const places = sheetLayout(rows.length, cellSize).rows;
    const tabs = places.map(({ tab, top }) => sheet.at(tab, top + cellSize - 1));
    expect(tabs).toEqual([defectiveColour, goodColour, unknownColour]);
    const colours = (row: number) => {
      const { cells, top } = places[row];
      const line = Array.from({ length: cellSize }, (_, x) => sheet.at(cells[2] + x, top + 20).join());
      return new Set(line).size;
    };
    expect(colours(1)).toBe(1);
    expect(colours(2)).toBe(2);
  });

  it('gives equal rows equal bytes, and refuses none at all', async () => {
    expect(await heatMapSheet([sampleRow()], 40)).toEqual(await heatMapSheet([sampleRow()], 40));
    await expect(heatMapSheet([])).rejects.toThrow(/without rows/);
  });
});
