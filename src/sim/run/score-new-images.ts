import { badInput } from '../../base/errors.js';
import type { TensorMap } from '../../base/tensor.js';
import { extractMaps, patchFeatures, patchGrid } from '../../model/backbone/backbone.js';
import { anomalyMapper } from '../../model/score/anomaly-map.js';
import { decodeDetector, isCalibrated, scorePatches } from '../../model/score/detector.js';
import { imageScores } from '../../model/score/image-score.js';
import { openImage } from '../data/load-image.js';
import type { SheetRow } from '../report/heat-map-sheet.js';
import type { Scenario } from '../scenario/schema.js';
import { pinParts } from '../worker/own-modules.js';
import { openWorkbench } from '../worker/workbench.js';
import { engineOf, withEngine } from './engine-choice.js';
import { backboneSource } from './backbone-source.js';

/** Side of a picture on a sheet, in pixels. */
const pictureSize = 256;
/** Colour scale of a calibrated score: from what is usual to five deviations above. */
const calibratedRange = { low: 0, high: 5 };

export interface NewImageScore {
  readonly path: string;
  readonly score: number;
  readonly sheet: SheetRow;
}

/**
 * Scores image files with one detector.
 * @throws FeddymemError (bad-input) when the run had no images, and so no backbone
 */
export async function scoreNewImages(
  scenario: Scenario,
  detectorTensors: TensorMap,
  paths: readonly string[],
  dataFolder = process.env.FEDDYMEM_DATA,
): Promise<NewImageScore[]> {
  const source = backboneSource(scenario, dataFolder);
  if (source.name === 'none') {
    throw badInput(
      'data.source of this run is features: its detectors know no images',
      'Score images with a run of data.source synthetic or folder.',
    );
  }
  const { generator } = await pinParts(scenario.method.training);
  const bench = await openWorkbench({
    engine: engineOf(await withEngine(scenario)),
    provider: scenario.engineDevice,
    backbone: source,
    cacheFolder: '',
  });
  const { engine, backbone, ring } = bench;
  const detector = decodeDetector(detectorTensors, generator);
  const grid = patchGrid(backbone, ring);
  const mapOf = anomalyMapper(grid, ring, pictureSize);
  const scored: NewImageScore[] = [];
  try {
    for (const path of paths) {
      const image = await openImage({ kind: 'file', path });
      const maps = await extractMaps(engine, backbone, await image.pixels(backbone.inputSize));
      const cells = await scorePatches(engine, detector, await patchFeatures(engine, backbone, maps, ring));
      const map = mapOf(cells);
      const range = isCalibrated(detector)
        ? calibratedRange
        : { low: Math.min(...map), high: Math.max(...map) };
      const sheet = {
        caption: path,
        pixels: await image.pixels(pictureSize),
        size: pictureSize,
        map,
        ...range,
        mask: null,
      };
      scored.push({ path, score: imageScores[scenario.method.imageScore](cells, grid), sheet });
    }
  } finally {
    await engine.dispose();
  }
  return scored;
}
