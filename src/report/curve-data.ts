/** What the page's curves are drawn from: compact, and no more points than a screen can show. */
import { placesKept } from '../base/curve-thinning.ts';
import { measurements } from '../metrics/measurements.ts';
import { type Arm, armsByName, armsOf } from './figures/series.ts';
import { type Measure, measureNamed } from './metric-display.ts';
import type { CurvePoint, ReportData, RunReport } from './report-data.ts';

/** As JSON in the page; the browser's script reads it. */
export interface CurveData {
  metrics: Measure[];
  /** What can be looked at together: each experiment, and all runs. */
  groups: CurveGroup[];
  runs: CurveRun[];
  /** Most points of one curve; 0 where none had to be cut. */
  thinnedTo: number;
}

export interface CurveGroup {
  name: string;
  /** With the index of colour and dashes, as in the experiment's figures; runs by their place in `runs`. */
  arms: { name: string; index: number; runs: number[] }[];
}

export interface CurveRun {
  seed: number;
  /** Where the run was at some of its steps, for the other axes: linear between them. */
  steps: number[];
  tokens: number[];
  flops: number[];
  /** By metric: steps, as differences from the one before, and values. */
  curves: Record<string, { steps: number[]; values: number[] }>;
}

/** Of all curves together: what a browser reads and keeps without waiting. */
const mostPoints = 120_000;
const fewest = 40;
const most = 400;
const knots = 64;
/** What a screen shows of a value; the CSV files have all digits. */
const digits = 5;

export function curveData({ experiments, runs }: ReportData): CurveData {
  const drawn = runs.filter(({ curves }) => Object.keys(curves).length > 0);
  const all = drawn.flatMap(({ curves }) => Object.values(curves));
  const limit = Math.min(most, Math.max(fewest, Math.floor(mostPoints / Math.max(1, all.length))));
  const groups = experiments.map((experiment) => groupOf(experiment.title, armsOf(experiment, runs), drawn));
  return {
    metrics: metricsOf(drawn).map(measureNamed),
    groups: [...groups, groupOf('all runs', armsByName(drawn), drawn)].filter(({ arms }) => arms.length > 0),
    runs: drawn.map((run) => curveRun(run, limit)),
    thinnedTo: all.some(({ length }) => length > limit) ? limit : 0,
  };
}

function groupOf(name: string, arms: readonly Arm[], drawn: readonly RunReport[]): CurveGroup {
  const placed = arms.map((arm) => ({
    name: arm.name,
    index: arm.index,
    runs: arm.runs
      .map(({ runId }) => drawn.findIndex((run) => run.runId === runId))
      .filter((place) => place >= 0),
  }));
  return { name, arms: placed.some(({ runs }) => runs.length > 0) ? placed : [] };
}

/** What is looked at first comes first, then in the order of the alphabet. */
function metricsOf(runs: readonly RunReport[]): string[] {
  const first = measurements.filter(({ isFirstCurve }) => isFirstCurve).map(({ name }) => name);
  const names = new Set(runs.flatMap(({ curves }) => Object.keys(curves)));
  const others = [...names].filter((name) => !first.includes(name)).sort();
  return [...first.filter((name) => names.has(name)), ...others];
}

function curveRun({ seed, curves }: RunReport, limit: number): CurveRun {
  const byStep = new Map(
    Object.values(curves).flatMap((points) => points.map((point) => [point.step, point])),
  );
  const reached = [...byStep.values()].sort((a, b) => a.step - b.step);
  const places = evenly(reached, knots);
  return {
    seed,
    steps: places.map(({ step }) => step),
    tokens: places.map(({ tokens }) => tokens),
    flops: places.map(({ trainFlops }) => short(trainFlops)),
    curves: Object.fromEntries(
      Object.entries(curves).map(([name, points]) => [name, compact(thinned(points, limit))]),
    ),
  };
}

function thinned(points: readonly CurvePoint[], limit: number): CurvePoint[] {
  const values = points.map(({ value }) => value);
  return placesKept(values, limit).map((place) => points[place]!);
}

function compact(points: readonly CurvePoint[]): { steps: number[]; values: number[] } {
  return {
    steps: points.map(({ step }, i) => step - (points[i - 1]?.step ?? 0)),
    values: points.map(({ value }) => short(value)),
  };
}

function evenly<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  const last = items.length - 1;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * last) / (count - 1))]!);
}

function short(value: number): number {
  return Number(value.toPrecision(digits));
}
