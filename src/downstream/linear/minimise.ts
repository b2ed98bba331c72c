/** Minimises a smooth function of many numbers. Deterministic, no settings to choose. */

/** Fills `gradient` at `x`. @returns the value there */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;
/** The same, for values that are computed elsewhere. */
export type SlowObjective = (x: Float64Array, gradient: Float64Array) => Promise<number>;

export interface MinimiseOptions {
  maxIterations: number;
  /** Ends when no entry of the gradient is larger. */
  tolerance: number;
}

/** Steps that the curvature is estimated from. */
const memory = 10;

interface Step {
  dx: Float64Array;
  dg: Float64Array;
  /** dx · dg, positive. */
  curvature: number;
}

/**
 * L-BFGS with a backtracking line search.
 *
 * @param x where it begins, and where it ends: changed in place
 * @returns iterations done
 * @source Nocedal and Wright, Numerical Optimization, algorithms 3.1, 7.4 and 7.5
 */
export function minimise(objective: Objective, x: Float64Array, options: MinimiseOptions): number {
  const search = minimising(x, options);
  for (let next = search.next(); ; ) {
    if (next.done) return next.value;
    next = search.next(objective(next.value.x, next.value.gradient));
  }
}

/** As `minimise`. */
export async function minimiseSlowly(
  objective: SlowObjective,
  x: Float64Array,
  options: MinimiseOptions,
): Promise<number> {
  const search = minimising(x, options);
  for (let next = search.next(); ; ) {
    if (next.done) return next.value;
    next = search.next(await objective(next.value.x, next.value.gradient));
  }
}

/** Asks for the value and the gradient at one place after another. @returns iterations done */
function* minimising(
  x: Float64Array,
  { maxIterations, tolerance }: MinimiseOptions,
): Generator<{ x: Float64Array; gradient: Float64Array }, number, number> {
  const steps: Step[] = [];
  let gradient = new Float64Array(x.length);
  let value = yield { x, gradient };
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (gradient.every((g) => Math.abs(g) <= tolerance)) return iteration;
    const direction = descentDirection(gradient, steps);
    const slope = dot(direction, gradient);
    // The first direction has the gradient's own length, which says nothing of how far to go.
    let size = steps.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
    for (;;) {
      const next = x.slice();
      addScaled(next, direction, size);
      const nextGradient = new Float64Array(x.length);
      const nextValue: number = yield { x: next, gradient: nextGradient };
      if (nextValue <= value + 1e-4 * size * slope) {
        remember(steps, x, next, gradient, nextGradient);
        x.set(next);
        [value, gradient] = [nextValue, nextGradient];
        break;
      }
      size /= 2;
      if (size < 1e-12) return iteration; // as low as the rounding of the values lets it see
    }
  }
  return maxIterations;
}

function remember(
  steps: Step[],
  x: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const [dx, dg] = [next.slice(), nextGradient.slice()];
  addScaled(dx, x, -1);
  addScaled(dg, gradient, -1);
  const curvature = dot(dx, dg);
  if (curvature > 0) steps.push({ dx, dg, curvature });
  if (steps.length > memory) steps.shift();
}

/** −H · gradient, H estimated from the last steps: the two-loop recursion. */
function descentDirection(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const shares = steps.map(() => 0);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { dx, dg, curvature } = steps[i]!;
    shares[i] = dot(dx, direction) / curvature;
    addScaled(direction, dg, -shares[i]!);
  }
  const last = steps.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.dg, last.dg);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (const [i, { dx, dg, curvature }] of steps.entries()) {
    addScaled(direction, dx, shares[i]! - dot(dg, direction) / curvature);
  }
  return direction;
}

function addScaled(into: Float64Array, values: Float64Array, scale: number): void {
  for (let i = 0; i < into.length; i++) into[i]! += scale * values[i]!;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
