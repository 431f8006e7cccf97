/** Up to six series told apart by colour, by mark and by dash: middling lightness for light and for dark paper. */
export const seriesColours = ['#2b7bd0', '#cf6a12', '#17916b', '#b8578f', '#8b70d6', '#a88a00'] as const;
export const seriesShapes = ['circle', 'diamond', 'square', 'triangle-up', 'cross', 'triangle-down'] as const;
export const seriesDashes = [
  [1, 0],
  [6, 3],
  [2, 3],
  [8, 3, 2, 3],
  [4, 2],
  [1, 2],
] as const;
export const mostSeries = seriesColours.length;
