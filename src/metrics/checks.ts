/** What every metric asks of its inputs. */
import { explain, ShapeError, TrainingError } from '../base/errors.ts';

/** @throws {ShapeError} unless `values` has one entry per example */
export function assertLength(where: string, values: ArrayLike<unknown>, examples: number): void {
  if (values.length === examples) return;
  throw new ShapeError(explain(where, `${examples} values, one per example`, values.length));
}

/** @throws {TrainingError} on the first NaN or infinity; a score made from it would look like a result */
export function assertFinite(where: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new TrainingError(explain(`${where}[${i}]`, 'a finite number', String(values[i])));
    }
  }
}
