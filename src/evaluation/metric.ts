/** A measured number with its name, as it goes into a row of a table. */
export interface Metric {
  /** snake_case */
  name: string;
  /** undefined where the quantity is not defined (precision without positive predictions) */
  value: number | undefined;
  /** What the value is the mean of, where a histogram of it is wanted. */
  samples?: Float32Array;
}
