/** Long curves cut down to what a screen can show, with their peaks. */

/**
 * Keeps the first and the last value, and of each of equal stretches between them the lowest and the highest: a spike
 * stays where it was.
 *
 * @param most values to keep, at least 4
 * @returns places in `values`, rising; all of them if they are few enough
 */
export function placesKept(values: ArrayLike<number>, most: number): number[] {
  if (values.length <= most) return Array.from(values, (_, at) => at);
  const inner = values.length - 2;
  const stretches = Math.floor((most - 2) / 2);
  const kept = [0];
  for (let i = 0; i < stretches; i++) {
    const from = 1 + Math.floor((i * inner) / stretches);
    const to = 1 + Math.floor(((i + 1) * inner) / stretches);
    kept.push(...extremesIn(values, from, to));
  }
  return [...kept, values.length - 1];
}

/** The places of the lowest and the highest value of [from, to), in their order. */
function extremesIn(values: ArrayLike<number>, from: number, to: number): number[] {
  let [low, high] = [from, from];
  for (let at = from + 1; at < to; at++) {
    if (values[at]! < values[low]!) low = at;
    if (values[at]! > values[high]!) high = at;
  }
  if (low === high) return [low];
  return low < high ? [low, high] : [high, low];
}
