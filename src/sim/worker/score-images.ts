import { sha256 } from '../../base/hash.js';
import { decodeSafetensors } from '../../base/safetensors.js';
import { matrix, rowsOf, sharedFloats, type Matrix } from '../../base/tensor.js';
import { channelsOf, patchGrid } from '../../model/backbone/backbone.js';
import { intoSpace, type SharedSpace } from '../../model/alignment/shared-space.js';
import { pixelMetrics } from '../../model/metrics/pixel-metrics.js';
import { anomalyMapper } from '../../model/score/anomaly-map.js';
import { decodeDetector, scoreIn } from '../../model/score/detector.js';
import { imageScores } from '../../model/score/image-score.js';
import { loadMask } from '../data/load-image.js';
import type { PixelJob, PixelResult, ScoreJob, ScoreResult } from './jobs.js';
import { loadParts } from './own-modules.js';
import { patchesOf, type Workbench } from './workbench.js';

/** Scores images with every detector; detectors that share a space share its computation. */
export async function scoreImages(bench: Workbench, job: ScoreJob): Promise<ScoreResult> {
  await loadParts({ generator: job.generator });
  const grid = patchGrid(bench.backbone, bench.ring);
  const cellCount = grid.height * grid.width;
  const features = matrix(job.images.length * cellCount, channelsOf(bench.backbone));
  for (const [index, source] of job.images.entries()) {
    const start = index * cellCount;
    await patchesOf(bench, source, rowsOf(features, start, start + cellCount).data);
  }
  const aligned = new Map<string, Promise<Matrix>>();
  const pointsIn = (space: SharedSpace) => {
    const key = sha256(asBytes(space.weights.data)) + sha256(asBytes(space.offset));
    const points = aligned.get(key) ?? intoSpace(bench.engine, space, features);
    aligned.set(key, points);
    return points;
  };
  const scores: Float32Array[] = [];
  const cells = job.cellsOf.map(() => sharedFloats(job.images.length * cellCount));
  for (const [index, blob] of job.detectors.entries()) {
    const detector = decodeDetector(decodeSafetensors(blob.bytes, 'a detector'), job.generator);
    const patches = await scoreIn(bench.engine, detector, pointsIn, cellCount);
    scores.push(
      Float32Array.from(job.images, (_, image) =>
        imageScores[job.imageScore](patches.subarray(image * cellCount, (image + 1) * cellCount), grid),
      ),
    );
    const place = job.cellsOf.indexOf(index);
    if (place >= 0) cells[place].set(patches);
  }
  return { scores, cells };
}

/** Pixel AUROC and AUPRO over one client's test images; good images count as empty masks. */
export async function measurePixels(bench: Workbench, job: PixelJob): Promise<PixelResult> {
  const grid = patchGrid(bench.backbone, bench.ring);
  const cellCount = grid.height * grid.width;
  const mapOf = anomalyMapper(grid, bench.ring, job.mapSize);
  const masks = await inOrder(job.images, (image) => loadMask(image, job.mapSize));
  const maps = job.images.map((_, image) =>
    mapOf(job.cells.subarray(image * cellCount, (image + 1) * cellCount)),
  );
  const { pixelAuroc, aupro } = pixelMetrics(maps, masks, job.mapSize, job.mapSize);
  return {
    pixelAuroc: pixelAuroc.value,
    ...(pixelAuroc.reason && { pixelAurocReason: pixelAuroc.reason }),
    aupro: aupro.value,
    ...(aupro.reason && { auproReason: aupro.reason }),
  };
}

async function inOrder<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await map(item));
  return results;
}

function asBytes(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
