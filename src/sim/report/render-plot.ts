import type { TopLevelSpec } from 'vega-lite';
import type { ViewName } from './views.js';

/**
 * Blue, orange and green: told apart under every common colour blindness, and at least 3:1 against both a white and a
 * nearly black page. Every use also has a mark, a dash or a place of its own.
 */
export const viewColours: Readonly<Record<ViewName, string>> = {
  own: '#2b7bd0',
  global: '#cf6a12',
  unseen: '#17916b',
};
/** A dash for each view, so that lines are told apart without colour. */
export const viewDashes: Readonly<Record<ViewName, number[]>> = {
  own: [1, 0],
  global: [6, 3],
  unseen: [2, 3],
};
/** Greys that read on light and on dark paper; the page's style sheet sharpens them where it knows the paper. */
export const plotInk = '#7b828c';
const gridInk = '#9aa1ab';

/** Plots of a report are as wide as a phone shows without making their text too small. */
export const columnWidth = 380;
/** A plot that stands alone. */
export const plotWidth = 480;
export const plotFontSize = 12;

const config: TopLevelSpec['config'] = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: plotInk,
    titleColor: plotInk,
    labelFontSize: plotFontSize,
    titleFontSize: plotFontSize,
    titleFontWeight: 'normal',
    domainColor: gridInk,
    tickColor: gridInk,
    gridColor: gridInk,
    gridOpacity: 0.2,
    // Without a canvas Vega guesses widths far too large: nothing may be cut or dropped by that guess.
    labelLimit: 0,
    titleLimit: 0,
  },
  legend: {
    orient: 'none',
    direction: 'horizontal',
    title: null,
    labelColor: plotInk,
    labelFontSize: plotFontSize,
    labelLimit: 0,
    symbolSize: 80,
    columnPadding: 14,
  },
};

/** Draws a plot without a browser, as the text of an `<svg>` element. Vega is loaded on the first call only. */
export async function renderPlot(spec: TopLevelSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const compiled = vegaLite.compile({ ...spec, config }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
