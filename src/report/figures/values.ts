/** The numbers behind a figure, as rows of its table. */
import { type Measure, measureNamed, show } from '../metric-display.ts';
import { type ArmBaselines, armBaselinesOf, type Floor } from './baselines.ts';
import type { ValueRow } from './figure.ts';
import { type Arm, runValue, samplesOf, spreadOf, spreadOfSamples } from './series.ts';

/** Of one measurement: every seed, and the baselines as columns where arms have their own, as rows where it is one. */
export function valuesOf(
  arms: readonly Arm[],
  measure: Measure,
  baselines: readonly ArmBaselines[],
): ValueRow[] {
  const rows = arms.flatMap((arm): ValueRow[] => {
    const samples = samplesOf(arm, measure.name);
    const spread = spreadOfSamples(samples);
    return spread ? [{ arm: arm.name, spread, samples, columns: ownBaselines(baselines, arm, measure) }] : [];
  });
  return [
    ...rows,
    ...floorRows(
      baselines.flatMap(({ label, common }) => (common === undefined ? [] : [{ label, value: common }])),
    ),
  ];
}

function ownBaselines(
  baselines: readonly ArmBaselines[],
  { name }: Arm,
  measure: Measure,
): Record<string, string> {
  const own = baselines.filter(({ common }) => common === undefined);
  return Object.fromEntries(own.map((beside) => [beside.label, show(measure, beside.own.get(name))]));
}

/** What no seed is behind. */
export function floorRows(floors: readonly Pick<Floor, 'label' | 'value'>[]): ValueRow[] {
  return floors.map(({ label, value }) => ({
    arm: label,
    spread: { n: 0, mean: value },
    samples: [],
    columns: {},
  }));
}

/** Of several measurements, a column each: means with their intervals, and what an arm's own baseline reaches. */
export function valuesByMeasure(arms: readonly Arm[], metrics: readonly string[]): ValueRow[] {
  const columns = metrics.map((metric) => {
    const measure = measureNamed(metric);
    return { measure, baselines: armBaselinesOf(arms, measure) };
  });
  const rows = arms.map((arm): ValueRow => {
    const cells = columns.map(({ measure, baselines }) => [measure.label, cellOf(arm, measure, baselines)]);
    return { arm: arm.name, samples: [], columns: { seeds: seedsOf(arm), ...Object.fromEntries(cells) } };
  });
  return [...rows, ...commonRows(columns)];
}

function cellOf(arm: Arm, measure: Measure, baselines: readonly ArmBaselines[]): string {
  const spread = spreadOfSamples(samplesOf(arm, measure.name));
  if (!spread) return '';
  const { mean, low, high } = spread;
  // FLOPs hardly differ from seed to seed: ends that read like the mean say nothing.
  const ends = [low, high].map((end) => show(measure, end));
  const isWide = low !== undefined && ends.some((end) => end !== show(measure, mean));
  const interval = isWide ? [ends.join(' to ')] : [];
  const own = Object.entries(ownBaselines(baselines, arm, measure)).filter(([, value]) => value !== '');
  const notes = [...interval, ...own.map(([label, value]) => `${label} ${value}`)];
  return `${show(measure, mean)}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}

function seedsOf({ runs }: Arm): string {
  const failed = runs.filter(({ status }) => status.startsWith('failed')).length;
  return `${runs.length}${failed > 0 ? `, ${failed} failed to learn` : ''}`;
}

function commonRows(
  columns: readonly { measure: Measure; baselines: readonly ArmBaselines[] }[],
): ValueRow[] {
  const rows = new Map<string, Record<string, string>>();
  for (const { measure, baselines } of columns)
    for (const { label, common } of baselines)
      if (common !== undefined)
        rows.set(label, { ...rows.get(label), [measure.label]: show(measure, common) });
  return [...rows].map(([arm, columns]) => ({ arm, samples: [], columns }));
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
