/** From the page's compact JSON to the points of the lines that are shown. */
import type { CurveData, CurveGroup, CurveRun } from '../curve-data.ts';
import type { Measure } from '../metric-display.ts';

export type XAxis = 'step' | 'tokens' | 'flops';

/** What the switches say. */
export interface View {
  group: CurveGroup;
  metric: Measure;
  axis: XAxis;
  isShown(arm: number): boolean;
}

export interface Line {
  /** Decides the colour. */
  index: number;
  armName: string;
  seed: number;
  points: LinePoint[];
}

export interface LinePoint {
  x: number;
  y: number;
  step: number;
  armName: string;
  seed: number;
}

export function linesOf({ runs }: CurveData, { group, metric, axis, isShown }: View): Line[] {
  return group.arms.flatMap(({ name, index, runs: places }, arm) => {
    if (!isShown(arm)) return [];
    return places.flatMap((place): Line[] => {
      const run = runs[place]!;
      const points = pointsOf(run, metric.name, axis, name);
      return points.length > 0 ? [{ index, armName: name, seed: run.seed, points }] : [];
    });
  });
}

function pointsOf(run: CurveRun, metric: string, axis: XAxis, armName: string): LinePoint[] {
  const curve = run.curves[metric];
  if (!curve) return [];
  let step = 0;
  return curve.values.map((y, i) => {
    step += curve.steps[i]!;
    return { x: positionAt(run, step, axis), y, step, armName, seed: run.seed };
  });
}

/** Where a run was at a step: between two stored places, in proportion. */
export function positionAt({ steps, tokens, flops }: CurveRun, step: number, axis: XAxis): number {
  if (axis === 'step') return step;
  const values = axis === 'tokens' ? tokens : flops;
  const after = steps.findIndex((place) => place >= step);
  if (after < 0) return values.at(-1)!;
  if (after === 0 || steps[after] === step) return values[after]!;
  const share = (step - steps[after - 1]!) / (steps[after]! - steps[after - 1]!);
  return values[after - 1]! + share * (values[after]! - values[after - 1]!);
}
