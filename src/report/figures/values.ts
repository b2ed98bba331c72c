/** The numbers behind a figure, as rows of its table. */
import { spreadOf } from '../mean-interval.ts';
import { type Measure, measureNamed, show } from '../metric-display.ts';
import { type Beside, besidesOf, type Floor } from './baselines.ts';
import type { ValueRow } from './figure.ts';
import { type Arm, runValue, samplesOf, spreadOfSamples } from './series.ts';

/** Of one measurement: every seed, and the baselines as columns where arms have their own, as rows where it is one. */
export function valuesOf(arms: readonly Arm[], measure: Measure, besides: readonly Beside[]): ValueRow[] {
  const rows = arms.flatMap((arm): ValueRow[] => {
    const samples = samplesOf(arm, measure.name);
    const spread = spreadOfSamples(samples);
    return spread ? [{ arm: arm.name, spread, samples, besides: ownBesides(besides, arm, measure) }] : [];
  });
  return [
    ...rows,
    ...floorRows(
      besides.flatMap(({ label, common }) => (common === undefined ? [] : [{ label, value: common }])),
    ),
  ];
}

function ownBesides(besides: readonly Beside[], { name }: Arm, measure: Measure): Record<string, string> {
  const own = besides.filter(({ common }) => common === undefined);
  return Object.fromEntries(own.map((beside) => [beside.label, show(measure, beside.own.get(name))]));
}

/** What no seed is behind. */
export function floorRows(floors: readonly Pick<Floor, 'label' | 'value'>[]): ValueRow[] {
  return floors.map(({ label, value }) => ({
    arm: label,
    spread: { n: 0, mean: value },
    samples: [],
    besides: {},
  }));
}

/** Of several measurements, a column each: means with their intervals, and what an arm's own baseline reaches. */
export function valuesByMeasure(arms: readonly Arm[], metrics: readonly string[]): ValueRow[] {
  const columns = metrics.map((metric) => {
    const measure = measureNamed(metric);
    return { measure, besides: besidesOf(arms, measure) };
  });
  const rows = arms.map((arm): ValueRow => {
    const cells = columns.map(({ measure, besides }) => [measure.label, cellOf(arm, measure, besides)]);
    return { arm: arm.name, samples: [], besides: { seeds: seedsOf(arm), ...Object.fromEntries(cells) } };
  });
  return [...rows, ...commonRows(columns)];
}

function cellOf(arm: Arm, measure: Measure, besides: readonly Beside[]): string {
  const spread = spreadOfSamples(samplesOf(arm, measure.name));
  if (!spread) return '';
  const { mean, low, high } = spread;
  // FLOPs hardly differ from seed to seed: ends that read like the mean say nothing.
  const ends = [low, high].map((end) => show(measure, end));
  const isWide = low !== undefined && ends.some((end) => end !== show(measure, mean));
  const interval = isWide ? [ends.join(' to ')] : [];
  const own = Object.entries(ownBesides(besides, arm, measure)).filter(([, value]) => value !== '');
  const notes = [...interval, ...own.map(([label, value]) => `${label} ${value}`)];
  return `${show(measure, mean)}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}

function seedsOf({ runs }: Arm): string {
  const failed = runs.filter(({ status }) => status.startsWith('failed')).length;
  return `${runs.length}${failed > 0 ? `, ${failed} failed to learn` : ''}`;
}

function commonRows(columns: readonly { measure: Measure; besides: readonly Beside[] }[]): ValueRow[] {
  const rows = new Map<string, Record<string, string>>();
  for (const { measure, besides } of columns)
    for (const { label, common } of besides)
      if (common !== undefined)
        rows.set(label, { ...rows.get(label), [measure.label]: show(measure, common) });
  return [...rows].map(([arm, besides]) => ({ arm, samples: [], besides }));
}

/** Columns with what an arm cost, under the names that axes have. */
export function costsOf(values: Readonly<Record<string, number | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([metric, value]) => {
      const measure = measureNamed(metric);
      return [measure.label, show(measure, value)];
    }),
  );
}

/** The mean over an arm's runs. */
export function flopsOf({ runs }: Arm): number | undefined {
  return spreadOf(runs.flatMap((run) => runValue(run, 'train_flops') ?? []))?.mean;
}
