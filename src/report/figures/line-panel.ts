/** Lines through means, with every seed and the means' intervals. */
import { axisX, axisY, dot, gridY, line, type Markish, ruleX, ruleY } from '@observablehq/plot';
import type { Spread } from '../mean-interval.ts';
import { type Axis, type Measure, show } from '../metric-display.ts';
import type { Floor } from './baselines.ts';
import { baseOptions, drawSvg, figureWidth } from './draw.ts';
import { keptApart } from './label-spacing.ts';
import {
  besideMean,
  describeSample,
  describeSpread,
  haveAllFailed,
  meanStyle,
  seedStyle,
  seedsBeside,
} from './labels.ts';
import { armEntry, baselineStroke, legendOf, lineEntry } from './legend.ts';
import { colourOf } from './palette.ts';
import type { Sample } from './series.ts';

export interface LinePoint {
  /** On the axis, before its factor; of a category, its place. */
  x: number;
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
  /** Levels across, which the arms are to pass. */
  floors: readonly Floor[];
  measure: Measure;
  y: Axis;
  x: Axis & { isLog?: boolean; categories?: readonly string[] };
}

const margins = { marginLeft: 52, marginRight: 18, marginBottom: 44 };
const inset = 14;
const plotWidth = figureWidth - margins.marginLeft - margins.marginRight;

export function linePanel(panel: LinePanel): string {
  const { series, x, y } = panel;
  const legend = legendOf([...series.map(armEntry), ...floorEntries(panel)], plotWidth);
  const options = {
    ...baseOptions,
    ...margins,
    insetLeft: inset,
    insetRight: inset,
    insetBottom: 8,
    marginTop: legend.height + 34,
    height: 290 + legend.height,
    x: x.isLog ? { type: 'log' as const } : {},
    y: { nice: true },
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 6 }),
      axisX({
        label: x.title,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        ...ticksOf(x),
      }),
      axisY({ label: y.title, labelArrow: 'none', ticks: 6, labelOffset: 48 }),
      ...floorMarks(panel),
      ...seriesMarks(panel),
      ...legend.marks,
    ],
  };
  return drawSvg(options, alternativeOf(panel));
}

function ticksOf({ categories }: LinePanel['x']) {
  if (!categories) return { ticks: 6 };
  return { ticks: categories.map((_, i) => i), tickFormat: (place: number) => categories[place]! };
}

function floorEntries({ floors, measure }: LinePanel) {
  return floors.map((floor) => lineEntry(floorWords(floor, measure), floor.dash, 90));
}

function floorMarks({ floors, measure, y }: LinePanel): Markish[] {
  return floors.map((floor) =>
    ruleY([y.factor * floor.value], {
      ...baselineStroke(floor.dash),
      title: () => floorWords(floor, measure),
    }),
  );
}

function floorWords({ label, value }: Floor, measure: Measure): string {
  return `${label} ${show(measure, value)}`;
}

/** A point where it is drawn. */
interface Place {
  name: string;
  index: number;
  point: LinePoint;
  isApart: boolean;
  x: number;
}

/** From the back to the front: no mean hides a seed, and nothing one that failed to learn. */
function seriesMarks(panel: LinePanel): Markish[] {
  const places = placesOf(panel);
  const lines = panel.series.map(({ index }) => ({
    index,
    places: places.filter((place) => place.index === index),
  }));
  return [
    ...lines.flatMap(({ index, places: own }) => lineMarks(index, own, panel)),
    ...lines.flatMap(({ index, places: own }) => meanMarks(index, own, panel)),
    ...lines.map(({ index, places: own }) => seedMark(index, own, panel, false)),
    ...lines.map(({ index, places: own }) => seedMark(index, own, panel, true)),
  ];
}

/** A mean with its seeds beside it, in pixels. */
const columnWidth = 18;

/** Columns of two arms that would lie on one another are moved aside, as long as half of the axis is left to itself. */
function placesOf({ series, x }: LinePanel): Place[] {
  const places = series.flatMap(({ name, index, points, apart = [] }) => {
    const placed = (point: LinePoint, isApart: boolean) => ({ name, index, point, isApart });
    return [...points.map((point) => placed(point, false)), ...apart.map((point) => placed(point, true))];
  });
  const [ahead, back] = x.isLog ? [Math.log10, (value: number) => 10 ** value] : [Number, Number];
  const values = places.map(({ point }) => ahead(x.factor * point.x));
  const range = Math.max(...values) - Math.min(...values) || 1;
  const pixels = plotWidth - 2 * inset;
  const gap = (Math.min(columnWidth, pixels / places.length / 2) * range) / pixels;
  const kept = keptApart(values, (a, b) => (places[a]!.index === places[b]!.index ? 0 : gap));
  return places.map((place, i) => ({ ...place, x: back(kept[i]!) }));
}

function lineMarks(index: number, places: readonly Place[], { measure, y }: LinePanel): Markish[] {
  const stroke = colourOf(index);
  const bars = places.filter(({ point }) => point.spread.low !== undefined);
  return [
    line(
      places.filter(({ isApart }) => !isApart),
      { x: 'x', y: ({ point }: Place) => y.factor * point.spread.mean, stroke, strokeWidth: 1.75 },
    ),
    ruleX(bars, {
      x: 'x',
      y1: ({ point }: Place) => y.factor * point.spread.low!,
      y2: ({ point }: Place) => y.factor * point.spread.high!,
      ...{ stroke, strokeWidth: 1.75, title: titleOf(measure) },
    }),
  ];
}

function meanMarks(index: number, places: readonly Place[], { measure, y }: LinePanel): Markish[] {
  return [false, true].map((failed) =>
    dot(
      places.filter(({ point }) => haveAllFailed(point.samples) === failed),
      {
        ...{ x: 'x', y: ({ point }: Place) => y.factor * point.spread.mean },
        ...{ ...meanStyle(index, failed), title: titleOf(measure) },
      },
    ),
  );
}

function titleOf(measure: Measure) {
  return ({ name, point }: Place) => describeSpread(`${name}, ${point.at}`, measure, point.spread);
}

function seedMark(index: number, places: readonly Place[], panel: LinePanel, failed: boolean): Markish {
  const { measure, y } = panel;
  const seeds = places.flatMap((place) =>
    seedsBeside(place.point.samples).map((sample) => ({ ...place, sample })),
  );
  type Seed = (typeof seeds)[number];
  return dot(
    seeds.filter(({ sample }) => sample.hasFailed === failed),
    {
      ...seedStyle(index, failed),
      dx: besideMean,
      x: 'x',
      y: ({ sample }: Seed) => y.factor * sample.value,
      title: ({ name, point, sample }: Seed) => describeSample(`${name}, ${point.at}`, measure, sample),
    },
  );
}

function alternativeOf({ series, floors, measure, x }: LinePanel): string {
  const lines = series.map(({ name, points, apart = [] }) => {
    const last = points.at(-1) ?? apart.at(-1);
    return last ? describeSpread(`${name}, ${last.at}`, measure, last.spread) : name;
  });
  const levels = floors.map((floor) => ` Dashed: ${floorWords(floor, measure)}.`).join('');
  return `${measure.label} against ${x.title}. Last points: ${lines.join('; ')}.${levels} The table has all values.`;
}
