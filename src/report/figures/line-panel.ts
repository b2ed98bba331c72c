/** Lines through means, with every seed and the means' intervals. */
import { axisX, axisY, dot, gridY, line, type Markish, ruleX, type ScaleOptions } from '@observablehq/plot';
import type { Spread } from '../mean-interval.ts';
import type { Axis, Measure } from '../measures.ts';
import { baseOptions, drawSvg, figureWidth } from './draw.ts';
import {
  besideMean,
  describeSample,
  describeSpread,
  legendOf,
  meanStyle,
  seedStyle,
  seedsBeside,
} from './labels.ts';
import type { Sample } from './series.ts';

export interface LinePoint {
  /** A number on the axis (times its factor), or one of its categories. */
  x: number | string;
  /** Which point it is, in words. */
  at: string;
  spread: Spread;
  samples: Sample[];
}

export interface Series {
  name: string;
  index: number;
  points: LinePoint[];
  /** Points of it that the line leaves out, as they are no step of its scale. */
  apart?: LinePoint[];
}

export interface LinePanel {
  series: readonly Series[];
  measure: Measure;
  y: Axis;
  x: Axis & { scale?: ScaleOptions };
}

const margins = { marginLeft: 52, marginRight: 18, marginBottom: 44 };

export function linePanel(panel: LinePanel): string {
  const { series, x, y } = panel;
  const legend = legendOf(series, figureWidth - margins.marginLeft - margins.marginRight);
  const options = {
    ...baseOptions,
    ...margins,
    insetLeft: 14,
    insetRight: 14,
    marginTop: legend.height + 34,
    height: 290 + legend.height,
    x: { ...x.scale },
    y: { nice: true },
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 6 }),
      axisX({
        label: x.title,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        ...(x.scale?.domain ? {} : { ticks: 6 }),
      }),
      axisY({ label: y.title, labelArrow: 'none', ticks: 6, labelOffset: 48 }),
      ...series.flatMap((one) => seriesMarks(one, panel)),
      ...legend.marks,
    ],
  };
  return drawSvg(options, alternativeOf(panel));
}

function seriesMarks({ name, index, points, apart = [] }: Series, panel: LinePanel): Markish[] {
  const { measure, x, y } = panel;
  const all = [...points, ...apart];
  const across = (point: LinePoint) => (typeof point.x === 'number' ? x.factor * point.x : point.x);
  const { fill, ...shape } = meanStyle(index);
  const bars = all.filter(({ spread }) => spread.low !== undefined);
  const title = ({ at, spread }: LinePoint) => describeSpread(`${name}, ${at}`, measure, spread);
  return [
    line(points, {
      x: across,
      y: ({ spread }: LinePoint) => y.factor * spread.mean,
      stroke: fill,
      strokeWidth: 1.75,
    }),
    ruleX(bars, {
      x: across,
      y1: ({ spread }: LinePoint) => y.factor * spread.low!,
      y2: ({ spread }: LinePoint) => y.factor * spread.high!,
      ...{ stroke: fill, strokeWidth: 1.75, title },
    }),
    ...seedMarks(name, index, all, panel),
    dot(all, { x: across, y: ({ spread }: LinePoint) => y.factor * spread.mean, fill, ...shape, title }),
  ];
}

function seedMarks(name: string, index: number, points: readonly LinePoint[], panel: LinePanel): Markish[] {
  const { measure, x, y } = panel;
  const seeds = points.flatMap((point) => seedsBeside(point.samples).map((sample) => ({ ...point, sample })));
  type Seed = (typeof seeds)[number];
  return [false, true].map((failed) =>
    dot(
      seeds.filter(({ sample }) => sample.hasFailed === failed),
      {
        ...seedStyle(index, failed),
        dx: besideMean,
        x: (seed: Seed) => (typeof seed.x === 'number' ? x.factor * seed.x : seed.x),
        y: ({ sample }: Seed) => y.factor * sample.value,
        title: ({ at, sample }: Seed) => describeSample(`${name}, ${at}`, measure, sample),
      },
    ),
  );
}

function alternativeOf({ series, measure, x }: LinePanel): string {
  const lines = series.map(({ name, points, apart = [] }) => {
    const last = points.at(-1) ?? apart.at(-1);
    return last ? describeSpread(`${name}, ${last.at}`, measure, last.spread) : name;
  });
  return `${measure.label} against ${x.title}. Last points: ${lines.join('; ')}. The table has all values.`;
}
