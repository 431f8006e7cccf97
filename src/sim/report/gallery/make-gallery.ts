import { patchGrid } from '../../../model/backbone/backbone.js';
import { anomalyMapper } from '../../../model/score/anomaly-map.js';
import type { ClientData } from '../../data/image.js';
import { revealLabel } from '../../data/label.js';
import { loadMask, openImage } from '../../data/load-image.js';
import type { FinishedRun } from '../../run/run-scenario.js';
import { loadBackbone } from '../../worker/workbench.js';
import { chooseImages } from './choose.js';
import { emptyGallery, type Gallery, type GalleryClient, type GalleryImage } from './gallery-file.js';
import { galleryStrip } from './strip.js';

/** Side of a picture, in pixels: three of them fill a phone. */
const side = 160;
/** More clients would make the report too heavy to send: about 60 kB each. */
const mostClients = 12;

/**
 * Pictures for the first clients of a run, a handful each; none of clients whose features are drawn.
 * @param sheet captions of the rows of heat-maps.png
 */
export async function makeGallery(run: FinishedRun, sheet: readonly string[]): Promise<Gallery> {
  const shown = run.clients.filter(({ drawn, test }) => !drawn && test.length > 0).slice(0, mostClients);
  if (shown.length === 0) return emptyGallery;
  const { backbone: source } = run.environment;
  const grid = patchGrid(await loadBackbone(source), source.ring);
  const mapOf = anomalyMapper(grid, source.ring, side);
  const clients: GalleryClient[] = [];
  for (const [number, client] of shown.entries()) {
    const cells = run.scores.cells.get(client.id);
    const own = run.scores.entries.find(
      ({ detector, images }) => detector === client.id && images === client.id,
    );
    if (!cells || !own) continue;
    clients.push(await clientGallery(run, client, own.scores, { cells, mapOf, number: number + 1 }));
  }
  return { clients, sheet };
}

interface Maps {
  /** Cell scores of all the client's test images, [images × cells]. */
  readonly cells: Float32Array;
  readonly mapOf: (cells: Float32Array) => Float32Array;
  readonly number: number;
}

async function clientGallery(
  { result }: FinishedRun,
  { id, test }: ClientData,
  scores: Float32Array,
  { cells, mapOf, number }: Maps,
): Promise<GalleryClient> {
  const view = result.clients.find((client) => client.id === id);
  const threshold = (view?.own ?? view?.unseen)?.imageF1MaxThreshold ?? null;
  const cellCount = cells.length / test.length;
  // One colour scale a client: from what its images reach in the middle to its highest scores.
  const sorted = cells.toSorted();
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  const [low, high] = [quantile(0.5), quantile(0.995)];
  const ranked = test.map(({ label }, at) => ({ at, label: revealLabel(label), score: scores[at] }));
  const images: GalleryImage[] = [];
  for (const [place, { end, image }] of chooseImages(ranked, threshold).entries()) {
    const { id: name, location, mask } = test[image.at];
    const label = revealLabel(test[image.at].label);
    const row = {
      pixels: await (await openImage(location)).pixels(side),
      size: side,
      map: mapOf(cells.subarray(image.at * cellCount, (image.at + 1) * cellCount)),
      low,
      high,
      mask: label === 0 ? ('good' as const) : await loadMask({ id: name, location, mask }, side),
    };
    const picture = await galleryStrip(row, side);
    images.push({ file: `${number}-${place + 1}.jpg`, image: name, end, label, score: image.score, picture });
  }
  return { id, threshold, images };
}
