/** Arms one below the other: mean, interval and every seed of one measurement. */
import {
  axisX,
  axisY,
  dot,
  gridX,
  type Markish,
  type PlotOptions,
  ruleX,
  ruleY,
  tickX,
} from '@observablehq/plot';
import type { Spread } from '../mean-interval.ts';
import { axisOf, type Measure, show } from '../metric-display.ts';
import { type Beside, describeBesides } from './baselines.ts';
import { baseOptions, drawSvg, figureWidth } from './draw.ts';
import {
  besideMean,
  cut,
  describeRange,
  describeSample,
  describeSpread,
  haveAllFailed,
  meanStyle,
  seedStyle,
  seedsBeside,
  widthOf,
} from './labels.ts';
import { baselineStroke, legendOf, lineEntry } from './legend.ts';
import { colourOf } from './palette.ts';
import { type Arm, type Sample, samplesOf, spreadOfSamples } from './series.ts';

interface Row {
  arm: Arm;
  name: string;
  samples: Sample[];
  spread: Spread;
}

/** @returns undefined if no arm has the measurement */
export function dotPanel(
  arms: readonly Arm[],
  measure: Measure,
  besides: readonly Beside[],
): string | undefined {
  const rows = rowsOf(arms, measure);
  if (rows.length === 0) return undefined;
  const largest = Math.max(...rows.flatMap(({ samples }) => samples.map(({ value }) => value)));
  const { factor, title } = axisOf(measure, largest);
  const names = rows.map(({ name }) => name);
  const marginLeft = Math.max(...names.map(widthOf)) + 16;
  const legend = legendOf(
    besides.map((beside) => besideEntry(beside, measure)),
    figureWidth - 18,
    4 - marginLeft,
  );
  const options: PlotOptions = {
    ...baseOptions,
    ...{ marginLeft, marginRight: 18, marginTop: 10 + legend.height, marginBottom: 42 },
    height: 62 + 28 * rows.length + legend.height,
    x: { nice: true },
    y: { type: 'band', domain: names, padding: 0 },
    marks: [
      gridX({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
      axisX({ label: title, labelAnchor: 'center', labelArrow: 'none', ticks: 5, labelOffset: 36 }),
      axisY({ label: null, tickSize: 0 }),
      ...besides.flatMap((beside) => besideMarks(beside, rows, measure, factor)),
      ...rows.flatMap((row) => rowMarks(row, measure, factor)),
      ...legend.marks,
    ],
  };
  return drawSvg(options, alternativeOf(rows, measure, besides));
}

function rowsOf(arms: readonly Arm[], measure: Measure): Row[] {
  return arms.flatMap((arm): Row[] => {
    const samples = samplesOf(arm, measure.name);
    const spread = spreadOfSamples(samples);
    return spread ? [{ arm, name: cut(arm.name), samples, spread }] : [];
  });
}

function besideEntry({ label, dash, common }: Beside, measure: Measure) {
  return lineEntry(common === undefined ? label : `${label} ${show(measure, common)}`, dash, 0);
}

/** One line where all arms have the same; else a tick in each row, as nothing that an arm is drawn with. */
function besideMarks(
  { label, dash, common, own }: Beside,
  rows: readonly Row[],
  measure: Measure,
  factor: number,
): Markish[] {
  const style = baselineStroke(dash);
  const title = (value: number) => `${label} ${show(measure, value)}`;
  if (common !== undefined) return [ruleX([common], { x: (d: number) => factor * d, ...style, title })];
  const known = rows.flatMap(({ arm, name }) =>
    own.has(arm.name) ? [{ name, value: own.get(arm.name)! }] : [],
  );
  return [
    tickX(known, {
      x: ({ value }) => factor * value,
      y: 'name',
      ...{ ...style, insetTop: 4, insetBottom: 4, title: ({ value }) => title(value) },
    }),
  ];
}

function rowMarks(row: Row, measure: Measure, factor: number): Markish[] {
  const { arm, name, samples, spread } = row;
  const { mean, low, high } = spread;
  const title = () => describeSpread(arm.name, measure, spread);
  const interval = [[low, high]].filter(([from]) => from !== undefined) as [number, number][];
  return [
    ruleY(interval, {
      x1: (d) => factor * d[0],
      x2: (d) => factor * d[1],
      y: () => name,
      stroke: colourOf(arm.index),
      strokeWidth: 2,
      title,
    }),
    rangeMark(row, measure, factor),
    dot([mean], {
      ...{ x: (value: number) => factor * value, y: () => name },
      ...{ ...meanStyle(arm.index, haveAllFailed(samples)), title },
    }),
    ...[false, true].map((failed) => seedMark(row, measure, factor, failed)),
  ];
}

/** How far fine-tuning seeds reach, through the point that is their median. */
function rangeMark({ arm, name, samples }: Row, measure: Measure, factor: number): Markish {
  return ruleY(
    samples.filter(({ range }) => range),
    {
      x1: ({ range }: Sample) => factor * range![0],
      x2: ({ range }: Sample) => factor * range![1],
      y: () => name,
      ...(seedsBeside(samples).length > 0 && { dy: besideMean }),
      ...{ stroke: colourOf(arm.index), strokeWidth: 1 },
      title: (sample: Sample) => describeRange(arm.name, measure, sample),
    },
  );
}

function seedMark({ arm, name, samples }: Row, measure: Measure, factor: number, failed: boolean): Markish {
  return dot(
    seedsBeside(samples).filter(({ hasFailed }) => hasFailed === failed),
    {
      ...seedStyle(arm.index, failed),
      dy: besideMean,
      x: (d: Sample) => factor * d.value,
      y: () => name,
      title: (d: Sample) => describeSample(arm.name, measure, d),
    },
  );
}

function alternativeOf(rows: readonly Row[], measure: Measure, besides: readonly Beside[]): string {
  const arms = rows.map(({ arm, spread }) => describeSpread(arm.name, measure, spread));
  const beside = besides.length > 0 ? ` Beside it: ${describeBesides(besides, measure)}.` : '';
  return `${measure.label}. ${arms.join('; ')}.${beside}`;
}
