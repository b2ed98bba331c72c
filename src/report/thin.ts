/** Long curves cut down to what a screen can show, with their peaks. */
import type { CurvePoint } from './report-data.ts';

/**
 * Keeps the first and the last point, and of each of equal stretches between them the lowest and the highest: a spike
 * stays where it was.
 *
 * @param most points to keep, at least 4
 * @returns the same points if they are few enough
 */
export function thin<Point extends Pick<CurvePoint, 'value'>>(
  points: readonly Point[],
  most: number,
): readonly Point[] {
  if (points.length <= most) return points;
  const inner = points.length - 2;
  const stretches = Math.floor((most - 2) / 2);
  const kept = [points[0]!];
  for (let i = 0; i < stretches; i++) {
    const from = 1 + Math.floor((i * inner) / stretches);
    const to = 1 + Math.floor(((i + 1) * inner) / stretches);
    kept.push(...extremes(points, from, to));
  }
  return [...kept, points.at(-1)!];
}

/** The lowest and the highest point of [from, to), in their order. */
function extremes<Point extends Pick<CurvePoint, 'value'>>(
  points: readonly Point[],
  from: number,
  to: number,
): Point[] {
  let [low, high] = [from, from];
  for (let at = from + 1; at < to; at++) {
    if (points[at]!.value < points[low]!.value) low = at;
    if (points[at]!.value > points[high]!.value) high = at;
  }
  return [...new Set([low, high].sort((a, b) => a - b))].map((at) => points[at]!);
}
