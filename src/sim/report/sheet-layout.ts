/** Where the cells of a heat-map sheet lie, in pixels. Every length follows from the size of a cell. */
export interface SheetLayout {
  readonly width: number;
  readonly height: number;
  readonly cellSize: number;
  /** Width of the numbered tab to the left of each row. */
  readonly tabWidth: number;
  /** How many row groups stand side by side. */
  readonly groups: number;
  /** The rows in order, down the first group, then down the next. */
  readonly rows: readonly RowPlace[];
}

/** The top of a row, and the left edges of its tab and of its three cells. */
export interface RowPlace {
  readonly top: number;
  readonly tab: number;
  readonly cells: readonly [input: number, map: number, mask: number];
}

/** Lays out a sheet. More than six rows stand in two groups, more than twelve in three, to keep a page's shape. */
export function sheetLayout(rowCount: number, cellSize: number): SheetLayout {
  const groups = rowCount > 12 ? 3 : rowCount > 6 ? 2 : 1;
  const rowsPerGroup = Math.ceil(rowCount / groups);
  const gap = Math.max(1, Math.round(cellSize / 64));
  const margin = Math.max(2, Math.round(cellSize / 16));
  const tabWidth = Math.max(5, Math.round(cellSize / 5.5));
  const groupWidth = tabWidth + 3 * (gap + cellSize);
  const groupStep = groupWidth + 2 * margin;
  const rowStep = cellSize + gap;

  const rows = Array.from({ length: rowCount }, (_, index): RowPlace => {
    const tab = margin + Math.floor(index / rowsPerGroup) * groupStep;
    const top = margin + (index % rowsPerGroup) * rowStep;
    const cell = (column: number) => tab + tabWidth + gap + column * (cellSize + gap);
    return { top, tab, cells: [cell(0), cell(1), cell(2)] };
  });
  return {
    width: groups * groupStep,
    height: 2 * margin + Math.max(rowsPerGroup * rowStep - gap, 0),
    cellSize,
    tabWidth,
    groups,
    rows,
  };
}
