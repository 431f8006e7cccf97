import { aggregations } from '../../memory/aggregation.js';
import { dynamicUpdates } from '../../memory/dynamic-update.js';
import { emptyBank, withoutSmallSlots } from '../../memory/memory-bank.js';
import { clusteringCost, patchCounts, spaceDimensions } from './costs.js';
import { plainMemoryMethod } from './plain-memory.js';

/**
 * Shared prototypes (after FedProto, Tan et al.: FedProto: Federated Prototype Learning across Heterogeneous Clients.
 * AAAI 2022): clients upload the means of their patches' clusters, or the mean of all; the server averages those that
 * are alike when it gets more than `memory.global`. The score is the distance to the nearest prototype.
 *
 * Departures: normal patches have no classes, so that clusters stand for them; features are frozen, so that there is no
 * training that prototypes could regularise.
 */
export const fedProto = plainMemoryMethod({
  name: 'fed-proto',
  counts: true,
  most: ({ rival }) => rival.prototypes,

  represent({ settings, random, distances }, patches) {
    return dynamicUpdates.rebuild(
      {
        points: patches,
        embedded: patches,
        previous: emptyBank(patches.columns),
        slots: settings.rival.prototypes,
      },
      random('prototypes'),
      distances,
    );
  },

  mayLeave: (points, { memory }) => withoutSmallSlots(points, memory.minimumPatches),

  combine: ({ settings, random, distances }, uploaded) =>
    aggregations['k-means'](uploaded, settings.memory.global, random('prototypes'), distances),

  cost(role, sizes, settings) {
    const { memory, rival } = settings;
    const d = spaceDimensions(sizes, settings);
    return role === 'client'
      ? clusteringCost(patchCounts(sizes, settings).training, rival.prototypes, d, 4)
      : clusteringCost(sizes.clients * rival.prototypes, memory.global, d, 15);
  },
});
