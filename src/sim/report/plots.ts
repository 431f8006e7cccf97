/** The plots of a report, each an `<svg>` element as text. */
export { clientBars, clientsOfPlot } from './clients-plot.js';
export { aurocOverRounds } from './rounds-plot.js';
