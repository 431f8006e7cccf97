import { plotInk } from '../render-plot.js';
import { outlineText } from './outline-text.js';

/** Pixels of the picture for each unit of the plot. */
const zoom = 3;
/** On white paper, which a PNG has, text may be darker than on paper that nobody knows. */
const inkOnWhite = '#454c55';

/** A plot as a PNG on white paper. The renderer is loaded on the first call only. */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const drawn = outlineText(svg.replaceAll(plotInk, inkOnWhite));
  const picture = await renderAsync(drawn, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: zoom },
    // Looking for fonts takes longer than drawing: only where a character has no outline of ours.
    font: { loadSystemFonts: drawn.includes('<text'), defaultFontFamily: 'sans-serif' },
  });
  return picture.asPng();
}
