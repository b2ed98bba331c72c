/** Arms one below the other: mean, interval and every seed of one measurement. */
import { axisX, axisY, dot, gridX, type Markish, type PlotOptions, ruleX, ruleY } from '@observablehq/plot';
import type { Spread } from '../mean-interval.ts';
import { axisOf, type Measure, show } from '../measures.ts';
import { baseOptions, drawSvg } from './draw.ts';
import {
  besideMean,
  cut,
  describeSample,
  describeSpread,
  haveAllFailed,
  meanStyle,
  seedStyle,
  seedsBeside,
  widthOf,
} from './labels.ts';
import { colourOf } from './palette.ts';
import { type Arm, type Sample, samplesOf, spreadOfSamples } from './series.ts';

/** What a measurement is read beside, such as what token frequencies alone would reach. */
export interface Baseline {
  label: string;
  /** By arm; arms of one value share a line. */
  valueOf(arm: Arm): number | undefined;
}

interface Row {
  arm: Arm;
  name: string;
  samples: Sample[];
  spread: Spread;
  baseline: number | undefined;
}

/** @returns undefined if no arm has the measurement */
export function dotPanel(arms: readonly Arm[], measure: Measure, baseline?: Baseline): string | undefined {
  const rows = arms.flatMap((arm): Row[] => {
    const samples = samplesOf(arm, measure.name);
    const spread = spreadOfSamples(samples);
    return spread ? [{ arm, name: cut(arm.name), samples, spread, baseline: baseline?.valueOf(arm) }] : [];
  });
  if (rows.length === 0) return undefined;
  const largest = Math.max(...rows.flatMap(({ samples }) => samples.map(({ value }) => value)));
  const { factor, title } = axisOf(measure, largest);
  const names = rows.map(({ name }) => name);
  const marginLeft = Math.max(...names.map(widthOf)) + 12;
  const options: PlotOptions = {
    ...baseOptions,
    ...{ marginLeft, marginRight: 18, marginTop: 10, marginBottom: 42 },
    height: 62 + 28 * rows.length,
    x: { nice: true },
    y: { type: 'point', domain: names, padding: 0.5 },
    marks: [
      gridX({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
      axisX({ label: title, labelAnchor: 'center', labelArrow: 'none', ticks: 5, labelOffset: 36 }),
      axisY({ label: null, tickSize: 0 }),
      ...baselineMarks(rows, measure, factor, baseline?.label),
      ...rows.flatMap((row) => rowMarks(row, measure, factor)),
    ],
  };
  return drawSvg(options, alternativeOf(rows, measure, baseline?.label));
}

function rowMarks({ arm, name, samples, spread }: Row, measure: Measure, factor: number): Markish[] {
  const { mean, low, high } = spread;
  const title = () => describeSpread(arm.name, measure, spread);
  const mark = meanStyle(arm.index, haveAllFailed(samples));
  /** Those that failed to learn are drawn last, where nothing hides them. */
  const seedMark = (failed: boolean) =>
    dot(
      seedsBeside(samples).filter(({ hasFailed }) => hasFailed === failed),
      {
        ...seedStyle(arm.index, failed),
        dy: besideMean,
        x: (d: Sample) => factor * d.value,
        y: () => name,
        title: (d: Sample) => describeSample(arm.name, measure, d),
      },
    );
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
    seedMark(false),
    dot([mean], { x: (value: number) => factor * value, y: () => name, ...mark, title }),
    seedMark(true),
  ];
}

/** One line where all arms have the same; else a hollow diamond in each row. */
function baselineMarks(rows: readonly Row[], measure: Measure, factor: number, label = ''): Markish[] {
  const known = rows.filter((row) => row.baseline !== undefined);
  const values = [...new Set(known.map((row) => row.baseline!))];
  const title = (value: number) => `${label}: ${show(measure, value)}`;
  const stroke = 'var(--muted)';
  if (values.length === 1 && known.length === rows.length)
    return [ruleX(values, { x: (d) => factor * d, stroke, strokeDasharray: '4 3', title })];
  return [
    dot(known, {
      x: (row: Row) => factor * row.baseline!,
      y: (row: Row) => row.name,
      ...{ symbol: 'diamond', stroke, strokeWidth: 1.5, r: 4.5 },
      title: (row: Row) => title(row.baseline!),
    }),
  ];
}

function alternativeOf(rows: readonly Row[], measure: Measure, baseline: string | undefined): string {
  const arms = rows.map(({ arm, spread }) => describeSpread(arm.name, measure, spread));
  return `${measure.label}. ${arms.join('; ')}.${baseline ? ` Beside it: ${baseline}.` : ''}`;
}
