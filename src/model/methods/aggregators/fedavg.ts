import type { Aggregator } from './aggregator.js';

/**
 * FedAvg (McMahan, Moore, Ramage, Hampson, Agüera y Arcas: Communication-Efficient Learning of Deep Networks from
 * Decentralized Data. AISTATS 2017): local training, then the average. Departure: clients use Adam, afresh every round.
 */
export const fedavg: Aggregator = { name: 'fedavg' };
