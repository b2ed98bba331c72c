/**
 * A column of a table: what it is called, what it holds, and where a row has it. There is no other way to write a column,
 * so every one is declared. `docs/tables.md` and `datapackage.json` are made from the declarations.
 */

/** A missing value is undefined and becomes an empty cell. */
export type Cell = string | number | boolean | undefined;

/** As Frictionless calls them. A number may be whole; an integer is never anything else. */
export type ColumnType = 'string' | 'integer' | 'number' | 'boolean' | 'datetime';

export interface DeclaredColumn {
  /** snake_case, or the key of a configuration. */
  name: string;
  type: ColumnType;
  /** Of a number that has one. */
  unit?: string;
  meaning: string;
}

export interface Column<Row> extends DeclaredColumn {
  value(row: Row): Cell;
}

/** A number whose unit is that of the measurement that the row's `metric` names. */
export const ofMetric = "the metric's";

/** What makes the columns of one kind of row; a line each. */
export function columnsOf<Row>() {
  const make =
    <Value extends Cell>(type: ColumnType) =>
    (name: string, meaning: string, value: (row: Row) => Value | undefined): Column<Row> => ({
      name,
      type,
      meaning,
      value,
    });
  const measured =
    (type: ColumnType) =>
    (name: string, unit: string, meaning: string, value: (row: Row) => number | undefined): Column<Row> => ({
      name,
      type,
      unit,
      meaning,
      value,
    });
  return {
    text: make<string>('string'),
    flag: make<boolean>('boolean'),
    /** In ISO 8601, UTC. */
    time: make<string>('datetime'),
    whole: measured('integer'),
    real: measured('number'),
  };
}

/** To milliseconds. */
export function rounded(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Number(seconds.toFixed(3));
}
