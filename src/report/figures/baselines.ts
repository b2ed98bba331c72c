/** What scores and measurements are read beside: what needs no pre-training, or no network, and what it scores. */
import { declarationOf } from '../../metrics/measurements.ts';
import { mean } from '../../statistics/describe.ts';
import { isDownstream, type Measure, show } from '../metric-display.ts';
import type { ScoreReport } from '../report-data.ts';
import { type Arm, lastScore, samplesOf, spreadOfSamples, untrainedScore } from './series.ts';

interface Baseline {
  label: string;
  /** What it is, in a sentence about dashes. */
  means: string;
  /** An SVG dash array. */
  dash: string;
  valueIn(arm: Arm, metric: string): number | undefined;
}

const ofScores: readonly Baseline[] = [
  ofLast('bagOfWordsScore', 'bag of words', 'a linear model of the words', '5 3'),
  ofLast('wordIdentityScore', 'word itself', 'the commonest class of each word', '7 2 2 2'),
  ofLast('bigramScore', 'bigram', 'a token by the one before it', '5 3'),
  ofLast('unigramScore', 'unigram', 'a token by its frequency', '7 2 2 2'),
  ofLast('majorityScore', 'commonest class', 'always the same answer', '1.5 2.5'),
  {
    label: 'untrained',
    means: 'the encoder at step 0, scored in the same way',
    dash: 'none',
    valueIn: ({ runs }, metric) => {
      const scores = runs.flatMap((run) => untrainedScore(run, metric)?.score ?? []);
      return scores.length > 0 ? mean(scores) : undefined;
    },
  },
];

type ScoreKey = 'bagOfWordsScore' | 'wordIdentityScore' | 'bigramScore' | 'unigramScore' | 'majorityScore';

/** Beside the score of the last checkpoint, in the run's own rows. */
function ofLast(key: ScoreKey & keyof ScoreReport, label: string, means: string, dash: string): Baseline {
  const valueIn = (arm: Arm, metric: string) => firstOf(arm, (run) => lastScore(run, metric)?.[key]);
  return { label, means, dash, valueIn };
}

function baselinesFor(metric: string): readonly Baseline[] {
  if (isDownstream(metric)) return ofScores;
  const beside = declarationOf(metric)?.baseline;
  if (!beside) return [];
  const valueIn = (arm: Arm) => spreadOfSamples(samplesOf(arm, beside.metric))?.mean;
  return [{ ...beside, dash: '5 3', valueIn }];
}

function firstOf({ runs }: Arm, pick: (run: Arm['runs'][number]) => number | undefined) {
  return runs.map(pick).find((value) => value !== undefined);
}

/** A baseline with its values. */
export interface ArmBaselines extends Pick<Baseline, 'label' | 'means' | 'dash'> {
  /** What all arms have, as far as it is shown. */
  common?: number;
  /** By name of the arm. */
  own: ReadonlyMap<string, number>;
}

export function armBaselinesOf(arms: readonly Arm[], measure: Measure): ArmBaselines[] {
  const measured = arms.filter((arm) => samplesOf(arm, measure.name).length > 0);
  return baselinesFor(measure.name).flatMap(({ label, means, dash, valueIn }) => {
    const own = new Map<string, number>();
    for (const arm of measured) {
      const value = valueIn(arm, measure.name);
      if (value !== undefined) own.set(arm.name, value);
    }
    const [first] = own.values();
    if (first === undefined) return [];
    const isCommon =
      own.size === measured.length && [...own.values()].every((value) => isAlike(measure, value, first));
    return [{ label, means, dash, own, ...(isCommon && { common: first }) }];
  });
}

function isAlike(measure: Measure, a: number, b: number): boolean {
  return show(measure, a) === show(measure, b);
}

/** A level below which an arm has gained nothing. */
export interface Floor {
  label: string;
  value: number;
  dash: string;
}

/** Of a figure of lines, in which the untrained encoder is a point like others: one per value that there is. */
export function floorsOf(arms: readonly Arm[], measure: Measure): Floor[] {
  const baselines = armBaselinesOf(arms, measure).filter(({ label }) => label !== 'untrained');
  return baselines.flatMap(({ label, dash, own }) => {
    const byWords = new Map<string, { value: number; names: string[] }>();
    for (const [name, value] of own) {
      const words = show(measure, value);
      byWords.set(words, { value, names: [...(byWords.get(words)?.names ?? []), name] });
    }
    return [...byWords.values()].map(({ value, names }) => ({
      label: byWords.size === 1 ? label : `${label} (${names.join(', ')})`,
      value,
      dash,
    }));
  });
}

/** `bag of words 40.8 %, untrained: joint 38.1 %, bert 37.9 %`, for those who do not see it. */
export function describeBaselines(baselines: readonly ArmBaselines[], measure: Measure): string {
  return baselines
    .map(({ label, common, own }) =>
      common === undefined
        ? `${label}: ${[...own].map(([name, value]) => `${name} ${show(measure, value)}`).join(', ')}`
        : `${label} ${show(measure, common)}`,
    )
    .join('; ');
}
