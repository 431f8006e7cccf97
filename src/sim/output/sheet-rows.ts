import { patchGrid } from '../../model/backbone/backbone.js';
import { anomalyMapper } from '../../model/score/anomaly-map.js';
import { revealLabel } from '../data/label.js';
import { loadMask, openImage } from '../data/load-image.js';
import type { SheetRow } from '../report/heat-map-sheet.js';
import type { FinishedRun } from '../run/run-scenario.js';
import { loadBackbone } from '../worker/workbench.js';

/** Side of a picture on the sheet, in pixels. */
const pictureSize = 192;

/** Clients on the sheet: more would make it a wallpaper. */
const maximumClients = 6;

/**
 * Rows of the sheet of heat maps: per client, one good image and the defective ones of highest and median score; none
 * of clients whose features are drawn, for they have no images.
 */
export async function sheetRows(run: FinishedRun): Promise<SheetRow[]> {
  const { backbone: source } = run.environment;
  const backbone = await loadBackbone(source);
  const grid = patchGrid(backbone, source.ring);
  const cellCount = grid.height * grid.width;
  const mapOf = anomalyMapper(grid, source.ring, pictureSize);
  const rows: SheetRow[] = [];
  for (const client of run.clients.filter(({ drawn }) => !drawn).slice(0, maximumClients)) {
    const cells = run.scores.cells.get(client.id);
    const scores = run.scores.of(client.id, client.id)?.scores;
    if (!cells || !scores) continue;
    const ranked = (label: 0 | 1) =>
      [...client.test.keys()]
        .filter((at) => revealLabel(client.test[at].label) === label)
        .sort((a, b) => scores[b] - scores[a] || a - b);
    const middle = (images: number[]) => images.at(images.length >> 1);
    const defective = ranked(1);
    const chosen = [middle(ranked(0)), defective.at(0), middle(defective)].filter((at) => at !== undefined);
    // One colour scale a client: from what its normal images reach in the middle to its highest scores.
    const sorted = cells.toSorted();
    const low = sorted[Math.floor(0.5 * (sorted.length - 1))];
    const high = sorted[Math.floor(0.995 * (sorted.length - 1))];
    for (const at of new Set(chosen)) {
      const image = client.test[at];
      rows.push({
        caption: `${image.id} (score ${scores[at].toFixed(2)})`,
        pixels: await (await openImage(image.location)).pixels(pictureSize),
        size: pictureSize,
        map: mapOf(cells.subarray(at * cellCount, (at + 1) * cellCount)),
        low,
        high,
        mask: revealLabel(image.label) === 0 ? 'good' : await loadMask(image, pictureSize),
      });
    }
  }
  return rows;
}
