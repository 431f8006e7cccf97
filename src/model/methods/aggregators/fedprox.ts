import type { Aggregator } from './aggregator.js';

/**
 * FedProx (Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith: Federated Optimization in Heterogeneous Networks. MLSys 2020):
 * clients minimise their loss plus μ/2 ‖w − w_global‖². With μ = 0 it is FedAvg, operation for operation. Departure: all
 * clients take the same number of steps; which of them answer in time is the schedule's business.
 */
export const fedprox: Aggregator = {
  name: 'fedprox',
  extend({ context, shapes, global }) {
    const { mu } = context.settings.rival.fedprox;
    if (mu === 0 || global.length === 0) return null;
    return {
      key: `fedprox ${mu}`,
      blocks: global.map((data, index) => ({ shape: shapes[index], data })),
      term(ops, { parameters, blocks }) {
        const distances = parameters.map((parameter, index) =>
          ops.sum(ops.square(ops.subtract(parameter, blocks[index]))),
        );
        return ops.multiply(
          distances.reduce((sum, distance) => ops.add(sum, distance)),
          mu / 2,
        );
      },
    };
  },
};
