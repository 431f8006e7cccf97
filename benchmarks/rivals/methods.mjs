// What is compared: rows of the table, and the trials among which each method's settings are chosen.
// A trial is a list of fields under `method`; `common` holds for all rows that say nothing else.
// Every method has the same number of trials: the benchmark refuses to start otherwise.

/** As many slots for everybody who has a memory; 30 steps a round, the scenarios' default. */
export const common = {
  rounds: 4,
  'memory.local': 600,
  'memory.upload': 300,
  'memory.global': 900,
};

/** Spaces that a federation can share, and another learning rate in the likeliest of them. */
const spaces = (more) => [
  { alignment: 'none' },
  { alignment: 'minor' },
  { alignment: 'minor-within' },
  { alignment: 'minor-within', ...more },
];

/** To a client alone, and to a pool, minor-within is minor. */
const spacesAlone = (more) => [
  { alignment: 'none' },
  { alignment: 'minor' },
  { alignment: 'orthogonal' },
  { alignment: 'minor', ...more },
];

const slower = { 'training.learningRate': 3e-4 };
const faster = { 'training.learningRate': 3e-3 };

/** Nothing happens in their later rounds: an upload does not change. */
const oneExchange = { rounds: 0 };

/** FedDyMem's own space and calibration for others' memories, and their published form among the extra rows. */
const calibrated = { ...oneExchange, calibration: 'distance-statistics' };
const uncalibrated = { ...oneExchange, calibration: 'none' };
const published = { ...uncalibrated, alignment: 'none' };

export const rows = [
  {
    name: 'feddymem',
    method: 'feddymem',
    trials: [
      { alignment: 'minor-within' },
      { alignment: 'minor-within', ...slower },
      { alignment: 'minor', anchors: 'global' },
      { alignment: 'minor-within', precision: 'int8', delta: 'slots', 'memory.start': 'previous' },
    ],
  },
  { name: 'feddymem (memory alone)', method: 'feddymem', like: 'feddymem', settings: { rounds: 0 } },
  {
    name: 'fed-patchcore',
    method: 'fed-patchcore',
    trials: [
      { alignment: 'minor-within', ...calibrated },
      { alignment: 'minor', ...calibrated },
      { alignment: 'none', ...calibrated },
      { alignment: 'minor-within', ...uncalibrated },
    ],
  },
  { name: 'fed-patchcore (published)', method: 'fed-patchcore', settings: published },
  {
    name: 'fed-proto',
    method: 'fed-proto',
    trials: [
      { alignment: 'minor-within', ...calibrated },
      { alignment: 'minor-within', ...calibrated, 'rival.prototypes': 100 },
      { alignment: 'none', ...calibrated, 'rival.prototypes': 100 },
      { alignment: 'minor-within', ...uncalibrated, 'rival.prototypes': 100 },
    ],
  },
  { name: 'fed-proto (published)', method: 'fed-proto', settings: published },
  ...['fedavg', 'fedprox'].flatMap((aggregator) => [
    { name: `${aggregator}-cfa`, method: `${aggregator}-cfa`, trials: spaces(slower) },
    ...['simplenet', 'svdd', 'autoencoder'].map((learner) => ({
      name: `${aggregator}-${learner}`,
      method: `${aggregator}-${learner}`,
      trials: spaces(faster),
    })),
  ]),
  { name: 'moon-simplenet', method: 'moon-simplenet', trials: spaces(faster) },
  {
    name: 'scaffold-simplenet',
    method: 'scaffold-simplenet',
    trials: spaces({ 'rival.scaffold.learningRate': 0.03 }),
  },
  { name: 'local', method: 'local', trials: spacesAlone(slower) },
  { name: 'local-cfa', method: 'local-cfa', trials: spacesAlone(slower) },
  ...['simplenet', 'svdd', 'autoencoder'].map((learner) => ({
    name: `local-${learner}`,
    method: `local-${learner}`,
    trials: spacesAlone(faster),
  })),
  // The pool's bank: as large as a client's, or three times that.
  { name: 'pooled', method: 'pooled', trials: spacesAlone({ 'memory.local': 1800 }) },
];
