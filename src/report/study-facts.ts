/** The scale that was run: what verdicts and scores are of, from the runs' own records and configurations. */
import { groupBy } from '../base/group.ts';
import type { Arm } from './figures/series.ts';
import type { ExperimentReport, RunReport, RunSetting } from './report-data.ts';
import { marginOf, measuredBy } from './verdict-words.ts';

export type Fact = [name: string, words: string];

/** What a reader must know first, in one line: `quick preset; 2 layers, 128 wide; 4,000 to 8,000 steps`. */
export function studyWords(arms: readonly Arm[], experiment?: ExperimentReport): string {
  const runs = arms.flatMap((arm) => arm.runs);
  const preset = experiment?.preset ? `${experiment.preset} preset` : '';
  return [preset, networkWords(runs), stepWords(runs)].filter(Boolean).join('; ');
}

/** Facts that no run has are left out. */
export function studyFacts(arms: readonly Arm[], experiment?: ExperimentReport): Fact[] {
  const runs = arms.flatMap((arm) => arm.runs);
  const facts: Fact[] = [
    ['Preset', experiment?.preset ?? ''],
    ['Text', textWords(runs)],
    ['Main network', networkWords(runs)],
    ['Training', trainingWords(runs)],
    ['Learning rate', byArm(arms, ({ setting }) => setting.learningRate?.toString())],
    ['Pre-training seeds', listed(runs.map(({ seed }) => seed).sort((a, b) => a - b))],
    ['Downstream score', downstreamWords(runs, experiment)],
    ['Decided by', primaryWords(experiment)],
    ['Commit', listed(runs.map(commitWords))],
    ['Machine', listed(runs.map(({ cpu, engine }) => `${cpu}, ${engine}`))],
    ['Begun', rangeOf(runs.flatMap(({ startedAt }) => startedAt?.slice(0, 10) || []).sort())],
  ];
  return facts.filter(([, words]) => words !== '');
}

function textWords(runs: readonly RunReport[]): string {
  const { corpora, lengths, vocabularies } = {
    corpora: listed(runs.map(({ setting }) => setting.corpora?.join(', '))),
    lengths: numbers(runs, ({ sequenceLength }) => sequenceLength),
    vocabularies: numbers(runs, ({ vocabularySize }) => vocabularySize),
  };
  const parts = [
    corpora,
    lengths && `sequences of ${lengths} tokens`,
    vocabularies && `a vocabulary of ${vocabularies}`,
  ];
  return parts.filter(Boolean).join('; ');
}

function networkWords(runs: readonly RunReport[]): string {
  const shapes = runs.map(({ setting: { layers, hidden } }) =>
    layers === undefined || hidden === undefined ? undefined : `${layers} layers, ${hidden} wide`,
  );
  return listed(shapes, ' or ');
}

function stepWords(runs: readonly RunReport[]): string {
  const steps = rangeOfNumbers(runs.flatMap((run) => run.steps ?? []));
  return steps && `${steps} steps`;
}

function trainingWords(runs: readonly RunReport[]): string {
  const batch = numbers(runs, ({ batchSize }) => batchSize);
  const tokens = rangeOfNumbers(
    runs.flatMap((run) => run.tokens ?? []),
    tokenDigits,
  );
  const steps = stepWords(runs);
  const parts = [steps && batch ? `${steps} of ${batch} sequences` : steps, tokens && `${tokens} tokens`];
  return parts.filter(Boolean).join('; ');
}

function downstreamWords(runs: readonly RunReport[], experiment?: ExperimentReport): string {
  if (!experiment || experiment.tasks.length === 0) return '';
  const tasks = experiment.tasks.map(({ name, metric }) => `${name} (${metric.replaceAll('_', ' ')})`);
  const seeds = numbers(runs, ({ finetuneSeeds }) => finetuneSeeds);
  const mean = tasks.length > 1 ? 'the mean of ' : '';
  return `${mean}${tasks.join(', ')}${seeds && `; fine-tuning seeds: ${seeds}`}`;
}

/** `frozen probe of part-of-speech; a difference within ±2.0 points does not matter` */
function primaryWords(experiment?: ExperimentReport): string {
  if (!experiment?.primary) return '';
  const { metric, margin } = experiment.primary;
  return `${measuredBy(experiment.primary)}; a difference within ${marginOf(metric, margin)} does not matter`;
}

function commitWords({ gitCommit, gitIsDirty }: RunReport): string | undefined {
  return gitCommit && `${gitCommit.slice(0, 12)}${gitIsDirty ? ' with changes' : ''}`;
}

/** One value where all arms share it, else each with its arms: `0.002 (joint; bert), 0.001 (two-stage)`. */
export function byArm(arms: readonly Arm[], valueIn: (run: RunReport) => string | undefined): string {
  const known = arms.flatMap(({ name, runs }) => {
    const value = listed(runs.map(valueIn), ' or ');
    return value === '' ? [] : [{ name, value }];
  });
  const groups = [...groupBy(known, ({ value }) => value)];
  if (groups.length === 1) return groups[0]![0];
  return groups.map(([value, group]) => `${value} (${fewNames(group)})`).join(', ');
}

/** A grid has too many arms to name, and commas in their names. */
function fewNames(group: readonly { name: string }[], most = 4): string {
  const names = group.slice(0, most).map(({ name }) => name);
  return [...names, ...(group.length > most ? [`and ${group.length - most} more`] : [])].join('; ');
}

function numbers(runs: readonly RunReport[], valueIn: (setting: RunSetting) => number | undefined): string {
  return rangeOfNumbers(runs.flatMap(({ setting }) => valueIn(setting) ?? []));
}

/** Which scale it is, not a count. */
const tokenDigits = 3;

function rangeOfNumbers(values: readonly number[], maximumSignificantDigits = 21): string {
  const shown = (value: number) => value.toLocaleString('en', { maximumSignificantDigits });
  return rangeOf(values.toSorted((a, b) => a - b).map(shown));
}

/** @param sorted from the lowest */
function rangeOf(sorted: readonly string[]): string {
  const [low = '', high = ''] = [sorted[0], sorted.at(-1)];
  return low === high ? low : `${low} to ${high}`;
}

function listed(values: readonly (string | number | undefined)[], between = ', '): string {
  return [...new Set(values.filter((value) => value !== undefined))].join(between);
}
