import { sampleIndices } from '../../base/random.js';
import { gatherRows } from '../../base/tensor.js';
import { aggregations } from '../../memory/aggregation.js';
import { greedyCoreset } from '../../memory/coreset.js';
import { bankOfPoints } from '../../memory/memory-bank.js';
import { greedyCost, matmulCost, patchCounts, spaceDimensions } from './costs.js';
import { plainMemoryMethod } from './plain-memory.js';
import type { MethodSettings } from './settings.js';

/**
 * PatchCore in a federation (after Roth et al.: Towards Total Recall in Industrial Anomaly Detection. CVPR 2022): clients
 * upload patches as they are, chosen by greedy k-centre or drawn; the server keeps all of them, or chooses among them
 * in the same way. No generator: the score is the distance to the nearest.
 *
 * Departures: features are standardised over the federation and, by default, projected into the shared space; the paper
 * takes them as they are. An image's score is `imageScore` of the plain distances, by default the mean of the 5 highest;
 * the paper's is the highest, weighted by a softmax over the neighbours of the memory's nearest point (its equation 7).
 * Clients choose each by itself, and a number of patches, not a share of them. `max` and no calibration come closest.
 */
export const fedPatchcore = plainMemoryMethod({
  name: 'fed-patchcore',
  counts: false,
  most: ({ memory }) => memory.upload,

  represent({ settings, random }, patches) {
    const { upload } = settings.memory;
    const chosen = coresets[settings.rival.coreset].choose;
    return Promise.resolve(bankOfPoints(gatherRows(patches, chosen(patches, upload, random('coreset')))));
  },

  combine({ settings, random, distances }, uploaded) {
    const { aggregate } = coresets[settings.rival.coreset];
    return aggregate(uploaded, settings.memory.global, random('coreset'), distances);
  },

  cost(role, sizes, settings) {
    const { memory } = settings;
    const d = spaceDimensions(sizes, settings);
    if (role === 'client')
      return choosingCost(patchCounts(sizes, settings).training, memory.upload, d, settings);
    const uploaded = sizes.clients * memory.upload;
    if (uploaded <= memory.global) return 0;
    return choosingCost(uploaded, memory.global, d, settings) + matmulCost(uploaded, d, memory.global);
  },
});

const coresets = {
  greedy: { choose: greedyCoreset, aggregate: aggregations.coreset },
  random: {
    choose: (...[points, count, random]: Parameters<typeof greedyCoreset>) =>
      sampleIndices(random, points.rows, count),
    aggregate: aggregations.random,
  },
};

function choosingCost(points: number, chosen: number, dimensions: number, { rival }: MethodSettings): number {
  return rival.coreset === 'greedy' ? greedyCost(points, chosen, dimensions) : 0;
}
