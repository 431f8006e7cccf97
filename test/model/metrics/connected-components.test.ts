import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from '../../../src/model/metrics/connected-components.js';
import { floodRegions } from './oracles.js';

/** A mask drawn with characters: # is set. */
function drawn(...rows: string[]): [mask: Uint8Array, width: number, height: number] {
  return [
    Uint8Array.from(rows.join(''), (character) => Number(character === '#') * 255),
    rows[0].length,
    rows.length,
  ];
}

describe('connectedComponents', () => {
  it('finds the regions of a flood fill, whatever the mask', () => {
    const size = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
    const masks = size.chain(([width, height]) =>
      fc
        .array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: width * height, maxLength: width * height })
        .map((pixels) => ({ width, height, mask: Uint8Array.from(pixels) })),
    );
    fc.assert(
      fc.property(masks, ({ width, height, mask }) => {
        const { count, labels, areas } = connectedComponents(mask, width, height);
        const regions = floodRegions(mask, width, height);
        const expected = new Int32Array(mask.length);
        regions.forEach((region, index) => region.forEach((pixel) => (expected[pixel] = index + 1)));
        expect(count).toBe(regions.length);
        expect(labels).toEqual(expected);
        expect([...areas]).toEqual(regions.map((region) => region.length));
      }),
      { numRuns: 500 },
    );
  });

  it('joins diagonals both ways, and arms that meet only below', () => {
    expect(connectedComponents(...drawn('#..#', '.#.#', '..#.')).areas).toEqual(Int32Array.of(5));
    expect(connectedComponents(...drawn('#.#.#', '#.#.#', '#####')).areas).toEqual(Int32Array.of(11));
  });

  it('joins nothing around the edge of a row', () => {
    const { labels } = connectedComponents(...drawn('..#', '#..', '..#'));
    expect([...labels]).toEqual([0, 0, 1, 2, 0, 0, 0, 0, 3]);
  });

  it('finds nothing in an empty mask and refuses one of another size', () => {
    expect(connectedComponents(...drawn('...', '...')).count).toBe(0);
    expect(() => connectedComponents(new Uint8Array(5), 2, 3)).toThrow(/5 pixels for 2×3/);
  });
});
