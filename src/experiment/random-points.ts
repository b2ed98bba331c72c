/** A random search: as many points as are asked for, each axis drawn by itself; the same file draws the same points. */
import { ConfigError, explain } from '../base/errors.ts';
import { RandomStream } from '../base/random.ts';
import { isMapping, type Mapping } from '../config/yaml-file.ts';
import { type GridPoint, gridPoints } from './arms.ts';
import type { Tuning } from './experiment-schema.ts';

/** More digits would be names that nobody reads. */
const digits = 3;

/**
 * A list is drawn from evenly; `{ from, to }` from an interval, `{ from, to, scale: log }` evenly in its logarithm.
 *
 * @throws {ConfigError} on an axis that is neither
 */
export function randomPoints(
  where: string,
  grid: Mapping,
  { candidates, seed }: NonNullable<Tuning['random']>,
): GridPoint[] {
  const stream = new RandomStream(seed, 'search', Object.keys(grid).join());
  return Array.from({ length: candidates }, () => {
    const drawn = Object.entries(grid).map(([axis, values]) => [
      axis,
      drawnFrom(`${where}: ${axis}`, values, stream),
    ]);
    return gridPoints(where, Object.fromEntries(drawn))[0]!;
  });
}

/** An axis of one value. */
function drawnFrom(where: string, values: unknown, stream: RandomStream): unknown {
  const share = stream.uniform();
  if (isRange(where, values)) {
    const { from, to, scale } = values;
    const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
    return [Number(value.toPrecision(digits))];
  }
  const entries = Object.entries(values as object);
  const [name, value] = entries[Math.floor(share * entries.length)] ?? [];
  return Array.isArray(values) ? [value] : { [name!]: value };
}

interface Range {
  from: number;
  to: number;
  scale?: 'log' | undefined;
}

function isRange(where: string, values: unknown): values is Range {
  if (!isMapping(values) || typeof values.from !== 'number') return false;
  const { from, to, scale, ...others } = values;
  const isOrdered =
    typeof to === 'number' && from < to && (scale === undefined || (scale === 'log' && from > 0));
  if (isOrdered && Object.keys(others).length === 0) return true;
  const remedy = 'write { from: 0.0001, to: 0.01, scale: log }';
  throw new ConfigError(explain(where, 'a range from a smaller number to a larger one', values, remedy));
}
