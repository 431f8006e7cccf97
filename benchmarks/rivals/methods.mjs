// What is compared: rows of the table, and the trials among which each method's settings are chosen.
// A trial is a list of fields under `method`; `common` holds for all rows that say nothing else.
// Every method has the same number of trials: the benchmark refuses to start otherwise.

/** As many slots for everybody who has a memory, the same image score; 30 steps a round, the scenarios' default. */
export const common = {
  rounds: 4,
  'memory.local': 300,
  'memory.upload': 100,
  'memory.global': 300,
  imageScore: 'smooth-top-20',
};

/** The plain space, every channel standardised, and FedDyMem's. */
const spaces = [{ alignment: 'none' }, { alignment: 'minor-within' }];

/** To a client alone, and to a pool, minor-within is minor. */
const spacesAlone = [{ alignment: 'none' }, { alignment: 'minor' }];

/** Nothing happens in their later rounds: an upload does not change. */
const oneExchange = { rounds: 0 };

/** FedDyMem's own space and calibration for others' memories, and their plain form without among the extra rows. */
const calibrated = { ...oneExchange, calibration: 'distance-statistics' };
const uncalibrated = { ...oneExchange, calibration: 'none' };
const plain = { ...uncalibrated, alignment: 'none' };

/** One byte a number: parameters of rivals travel in four. */
const feddymem = { alignment: 'minor-within', precision: 'int8' };

export const rows = [
  {
    name: 'feddymem',
    method: 'feddymem',
    trials: [
      { ...feddymem, anchors: 'global', privateMemory: 'when-familiar' },
      { ...feddymem, anchors: 'both' },
    ],
  },
  { name: 'feddymem (memory alone)', method: 'feddymem', like: 'feddymem', settings: { rounds: 0 } },
  {
    name: 'fed-patchcore',
    method: 'fed-patchcore',
    trials: [
      { alignment: 'minor-within', ...calibrated },
      { alignment: 'none', ...calibrated },
    ],
  },
  { name: 'fed-patchcore (plain)', method: 'fed-patchcore', settings: plain },
  {
    name: 'fed-proto',
    method: 'fed-proto',
    trials: [
      { alignment: 'minor-within', ...calibrated },
      { alignment: 'minor-within', ...calibrated, 'rival.prototypes': 100 },
    ],
  },
  { name: 'fed-proto (plain)', method: 'fed-proto', settings: plain },
  ...['fedavg', 'fedprox'].flatMap((aggregator) =>
    ['cfa', 'simplenet', 'svdd', 'autoencoder'].map((learner) => tuned(`${aggregator}-${learner}`, spaces)),
  ),
  tuned('moon-simplenet', spaces),
  tuned('scaffold-simplenet', spaces),
  tuned('local', spacesAlone),
  tuned('local-cfa', spacesAlone),
  ...['simplenet', 'svdd', 'autoencoder'].map((learner) => tuned(`local-${learner}`, spacesAlone)),
  tuned('pooled', spacesAlone),
];

function tuned(method, trials) {
  return { name: method, method, trials };
}
