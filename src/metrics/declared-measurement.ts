/** What is said of a measurement, wherever it is declared. */

/** `fraction` is shown in percent and its differences in points; `ratio` is a fraction that is shown as it is. */
export type Unit =
  | 'fraction'
  | 'ratio'
  | 'nats'
  | 'nats²'
  | 'FLOPs'
  | 'seconds'
  | 'bytes'
  | 'tokens'
  | 'number'
  | '0 or 1';

export interface DeclaredMeasurement {
  /** As in the CSV files: snake_case. */
  name: string;
  /** In figures and tables of the report. */
  label: string;
  unit: Unit;
  /** In docs/tables.md and datapackage.json: what the number is. */
  meaning: string;
  /** Which way it points; absent where more is neither better nor worse. */
  better?: 'higher' | 'lower';
  /**
   * `held-out text`: of the last evaluation in runs.csv, of every evaluation in curves.csv. `training steps`: in
   * curves.csv alone. `training`: a cost of the whole, by which arms are compared too. `process`: of what ran it.
   */
  of: 'held-out text' | 'training steps' | 'training' | 'process';
  /** The figure of the report that has a panel of it, if one has. */
  figure?: 'diagnostics' | 'costs';
  /** Whether the report's choice of curves begins with it. */
  isFirstCurve?: true;
  /** What needs no network, which a figure draws beside it. */
  baseline?: { metric: string; label: string; means: string };
}
