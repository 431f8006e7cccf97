import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../src/base/safetensors.js';
import { matrix } from '../../../src/base/tensor.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import {
  decodeDetector,
  encodeDetector,
  isCalibrated,
  scorePatches,
} from '../../../src/model/score/detector.js';
import type { MemoryDetector } from '../../../src/model/score/memory-detector.js';
import { isFamiliar, type PairedDetector } from '../../../src/model/score/paired-detector.js';
import { normals } from '../learners/samples.js';

const engine = createOnnxEngine();
afterAll(() => engine.dispose());

/** A memory of one slot: its scores are distances from `place`, in a space that is the features' own. */
function memoryAt(place: number, dimensions: number, generator: 'linear' | 'none'): MemoryDetector {
  const identity = (rows: number, columns: number) =>
    Float32Array.from({ length: rows * columns }, (_, at) => (at % (columns + 1) === 0 ? 1 : 0));
  return {
    space: { weights: matrix(2, dimensions, identity(2, dimensions)), offset: new Float32Array(dimensions) },
    generator,
    parameters: generator === 'linear' ? [identity(dimensions, dimensions)] : [],
    anchors: matrix(
      1,
      dimensions,
      Float32Array.from({ length: dimensions }, (_, at) => (at === 0 ? place : 0)),
    ),
    calibration: { means: Float64Array.of(0), deviations: Float64Array.of(1) },
  };
}

const pair: PairedDetector = { shared: memoryAt(0, 2, 'linear'), own: memoryAt(10, 1, 'none') };

describe('a detector of two memories', () => {
  it('is the same after its way through a file, whatever the generator of the shared one', async () => {
    const tensors = decodeSafetensors(encodeSafetensors(encodeDetector(pair)), 'it');
    expect(decodeDetector(tensors, 'linear')).toEqual(pair);
    expect(isCalibrated(pair)).toBe(true);
  });

  it('lets one of them judge an image: the private one what it knows, cell by cell', async () => {
    // Two images of three cells: near 10 but for a defect, and near 0.
    const features = matrix(6, 2, Float32Array.of(10, 0, 10.5, 0, 30, 0, 0.5, 0, 0, 0, 9, 0));
    const scores = await scorePatches(engine, pair, features, 3);
    expect([...scores].map((score) => Math.round(score * 100) / 100)).toEqual([0, 0.5, 20, 0.5, 0, 9]);
  });

  it('judges every image alone', async () => {
    const features = matrix(
      12,
      2,
      normals([12, 2], 'features').map((value) => 6 * value),
    );
    const together = await scorePatches(engine, pair, features, 4);
    for (const image of [0, 1, 2]) {
      const alone = matrix(4, 2, features.data.slice(8 * image, 8 * image + 8));
      const scores = await scorePatches(engine, pair, alone, 4);
      scores.forEach((score, cell) => {
        expect(score).toBeCloseTo(together[4 * image + cell], 4);
      });
    }
  });
});

describe('a familiar image', () => {
  const cells = fc
    .array(fc.float({ min: -4, max: 50, noNaN: true }), { minLength: 1, maxLength: 40 })
    .map((values) => Float32Array.from(values));

  it('stays familiar with a defect in less than half of it', () => {
    fc.assert(
      fc.property(cells, fc.float({ min: 0, max: Math.fround(1e6), noNaN: true }), (shared, height) => {
        // What lies above the middle may lie anywhere above it.
        const defect = Math.floor((shared.length - 1) / 2);
        const sorted = shared.toSorted();
        const raised = sorted.map((score, at) => (at >= sorted.length - defect ? score + height : score));
        expect(isFamiliar(raised, shared)).toBe(true);
      }),
    );
  });

  it('is one that both memories find equally usual; one that only the shared one knows is not', () => {
    fc.assert(
      fc.property(cells, (scores) => {
        expect(isFamiliar(scores, scores)).toBe(true);
        expect(
          isFamiliar(
            scores.map((score) => score + 1.51),
            scores,
          ),
        ).toBe(false);
        expect(
          isFamiliar(
            scores,
            scores.map((score) => score + 5),
          ),
        ).toBe(true);
      }),
    );
  });
});
