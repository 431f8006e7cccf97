import { describe, expect, it } from 'vitest';
import type { ClientData } from '../../../src/sim/data/image.js';
import { categoryResults } from '../../../src/sim/run/category-results.js';
import { indexed } from '../../../src/sim/run/scores.js';
import { imageOf } from '../data/partition/pools.js';

const client = (id: string, images: ClientData['test']): ClientData => ({ id, train: [], test: images });
const bolts = [imageOf('b1', 'one', 'bolt', 0), imageOf('b2', 'one', 'bolt', 1)];
const nuts = [imageOf('n1', 'two', 'nut', 1), imageOf('n2', 'two', 'nut', 0), imageOf('n3', 'two', 'nut', 0)];
const [east, west, north] = [
  client('east', [...bolts, nuts[0]]),
  client('west', nuts.slice(1)),
  client('north', bolts),
];
const entry = (detector: string, images: string, ...scores: number[]) => ({
  detector,
  images,
  scores: Float32Array.from(scores),
});
const scored = {
  ...indexed([
    entry('east', 'east', 1, 2, 5),
    entry('east', 'west', 6, 3),
    entry('west', 'east', 2, 1, 9),
    entry('west', 'west', 0, 1),
    entry('north', 'north', 3, 3),
  ]),
  cells: new Map(),
};

describe('results by category', () => {
  const [bolt, nut] = categoryResults(scored, [east, west, north], {
    evaluated: ['east', 'west'],
    heldOut: ['north'],
  });

  it('are of all images of a category, whoever holds them', () => {
    expect([bolt.source, bolt.category, bolt.testImages]).toEqual(['one', 'bolt', 2]);
    expect([nut.source, nut.category, nut.testImages]).toEqual(['two', 'nut', 3]);
  });

  it('are means over detectors, by view', () => {
    // Own: east alone has bolts; global: east ranks them right, west wrong; unseen: a tie.
    expect(bolt.own).toMatchObject({ detectors: 1, imageAuroc: 1 });
    expect(bolt.global).toMatchObject({ detectors: 2, imageAuroc: 0.5 });
    expect(bolt.unseen).toMatchObject({ detectors: 1, imageAuroc: 0.5 });
    // Of nuts east says 5 against 6 and 3, west 9 against 0 and 1.
    expect(nut.global).toMatchObject({ detectors: 2, imageAuroc: 0.75 });
    expect(nut.unseen).toBeUndefined();
  });

  it('say why a figure is not defined, where every client has one class of a category', () => {
    expect(nut.own).toMatchObject({
      detectors: 2,
      imageAuroc: null,
      imageAurocReason: 'defined for no client',
    });
  });
});
