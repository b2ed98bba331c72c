/** Arms against one another: Table 5, weight tying, and whatever an experiment compares. */
import { measureNamed } from '../measures.ts';
import { type Baseline, dotPanel } from './dot-panel.ts';
import type { Figure, Omission, ValueRow } from './figure.ts';
import { type Arm, isScore, lastScore, mainScore, samplesOf, spreadOfSamples } from './series.ts';

export interface FigureNames {
  id: string;
  title: string;
}

export const seedsCaption =
  'Small points are pre-training seeds (a cross: failed to learn), the large one is their mean, the bar its 95 % interval.';

/** The downstream score of each arm. */
export function scoreFigure(names: FigureNames, arms: readonly Arm[]): Figure | Omission {
  const metric = mainScore(arms);
  if (metric === undefined) return { ...names, why: 'no arm has been fine-tuned yet' };
  return dotFigure({
    names,
    arms,
    metrics: [metric],
    caption: `${seedsCaption} ${bagOfWordsCaption(arms, metric)}`.trim(),
  });
}

/** One panel for each measurement that an arm has. */
export function dotFigure(options: {
  names: FigureNames;
  arms: readonly Arm[];
  metrics: readonly string[];
  caption: string;
}): Figure | Omission {
  const { names, arms, metrics, caption } = options;
  const panels = metrics.flatMap((metric) => {
    const measure = measureNamed(metric);
    const svg = dotPanel(arms, measure, baselineOf(metric));
    return svg === undefined ? [] : [{ id: `${names.id}-${slugOf(metric)}`, title: measure.label, svg }];
  });
  const [main] = metrics;
  if (panels.length === 0 || main === undefined)
    return { ...names, why: 'no arm has these measurements yet' };
  const measure = measureNamed(panels.length === 1 ? metricWithPanel(arms, metrics) : main);
  return { ...names, caption, panels, measure, values: valuesOf(arms, measure.name) };
}

function metricWithPanel(arms: readonly Arm[], metrics: readonly string[]): string {
  return metrics.find((metric) => arms.some((arm) => samplesOf(arm, metric).length > 0))!;
}

export function valuesOf(arms: readonly Arm[], metric: string): ValueRow[] {
  return arms.flatMap((arm): ValueRow[] => {
    const samples = samplesOf(arm, metric);
    const spread = spreadOfSamples(samples);
    return spread ? [{ arm: arm.name, spread, samples }] : [];
  });
}

/** A name for files: `task.word-in-context` → `task-word-in-context`. */
export function slugOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'unnamed'
  );
}

const besides: Record<string, { label: string; metric: string }> = {
  mlm_accuracy: { label: 'always the commonest token', metric: 'mlm_accuracy_commonest' },
  rtd_auc: { label: 'token frequencies alone', metric: 'rtd_frequency_auc' },
  rtd_common_auc: { label: 'token frequencies alone', metric: 'rtd_common_frequency_auc' },
};

function baselineOf(metric: string): Baseline | undefined {
  if (isScore(metric)) return { label: 'a bag of words', valueOf: (arm) => bagOfWords(arm, metric) };
  const beside = besides[metric];
  if (!beside) return undefined;
  const { label } = beside;
  return { label, valueOf: (arm) => spreadOfSamples(samplesOf(arm, beside.metric))?.mean };
}

function bagOfWords({ runs }: Arm, metric: string): number | undefined {
  return runs.map((run) => lastScore(run, metric)?.bagOfWordsScore).find((score) => score !== undefined);
}

function bagOfWordsCaption(arms: readonly Arm[], metric: string): string {
  const isKnown = arms.some((arm) => bagOfWords(arm, metric) !== undefined);
  return isKnown ? 'Dashed: what a linear model of the words scores.' : '';
}
