import type { AxisValue, Study } from '../study-file.js';
import type { Column, ColumnType, Value } from './column.js';

/** An axis of a study and its column in `runs`. */
export interface AxisColumn {
  readonly axis: string;
  readonly column: string;
  readonly type: ColumnType;
  /** In the order of the study. */
  readonly values: readonly AxisValue[];
}

/**
 * A column for every axis: `method.rounds` is `axis_method_rounds`. Two axes that would share one, case aside, are
 * told apart by a number at the end.
 */
export function axisColumns(study: Pick<Study, 'axes' | 'cells'>): AxisColumn[] {
  const taken = new Set<string>();
  return study.axes.map(({ name, values }) => {
    const wanted = `axis_${name.replace(/[^A-Za-z0-9_]/g, '_')}`;
    let column = wanted;
    for (let number = 2; taken.has(column.toLowerCase()); number++) column = `${wanted}_${number}`;
    taken.add(column.toLowerCase());
    const present = [...values, ...study.cells.map((cell) => cell.axes[name] ?? null)];
    return { axis: name, column, type: typeOf(present), values };
  });
}

/** Columns of `runs`, over a cell's values on its axes. */
export function columnsOfAxes(
  axes: readonly AxisColumn[],
): Column<{ readonly axes: Readonly<Record<string, AxisValue>> }>[] {
  return axes.map(({ axis, column, type }) => ({
    name: column,
    type,
    about: `The cell's value on the axis ${axis}`,
    of: (cell) => storedAs(type, Object.hasOwn(cell.axes, axis) ? cell.axes[axis] : null),
  }));
}

/** The narrowest type that holds all values; text where they are of several kinds. */
function typeOf(values: readonly AxisValue[]): ColumnType {
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return 'VARCHAR';
  if (present.every((value) => typeof value === 'boolean')) return 'BOOLEAN';
  if (!present.every((value) => typeof value === 'number')) return 'VARCHAR';
  return present.every(Number.isSafeInteger) ? 'BIGINT' : 'DOUBLE';
}

function storedAs(type: ColumnType, value: AxisValue): Value {
  return type === 'VARCHAR' && value !== null ? String(value) : value;
}
