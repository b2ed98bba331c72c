/** What an experiment found, in one sentence: the first thing that its report says. */
import { fewestSeeds } from '../statistics/verdict.ts';
import {
  type Arm,
  armsOf,
  hasFailed,
  mainScore,
  runValue,
  samplesOf,
  spreadOfSamples,
} from './figures/series.ts';
import { differenceUnit, type Measure, measureNamed, show, showDifference } from './metric-display.ts';
import type { ExperimentReport, ReportData } from './report-data.ts';
import type { ClaimRow } from './verdict-rows.ts';
import { marginOf, measuredBy, tallyWords } from './verdict-words.ts';

export interface Answer {
  /** Effect, interval, compute and seeds of the claim that decides; else that nothing is decided, and the order seen. */
  sentence: string;
  /** What was decided by another measurement, and how many claims there are. */
  besides: string[];
}

/**
 * The first decided claim by the experiment's main measurement answers its question. A claim by another measurement is
 * said besides: it must not stand for a question that is open.
 */
export function answerOf(arms: readonly Arm[], experiment?: ExperimentReport): Answer {
  const { claims = [], primary } = experiment ?? {};
  const metric = primary?.metric ?? claims[0]?.metric ?? mainScore(arms);
  const decided = claims.filter(({ verdict }) => verdict !== 'inconclusive');
  const first = decided.find((claim) => claim.metric === metric);
  const other = decided.find((claim) => claim.metric !== metric);
  const tally = claims.length > 0 ? [`${countWords(claims.length)}: ${tallyWords(claims)}.`] : [];
  return {
    sentence: first ? decidedWords(first) : openWords(arms, metric, experiment),
    besides: [
      ...(!first && other ? [`Decided is another measurement: ${lowerFirst(decidedWords(other))}`] : []),
      ...tally,
    ],
  };
}

/** Each experiment's sentence, by its name. */
export function answersIn({ experiments, runs }: ReportData): Map<string, string> {
  const answerTo = (experiment: ExperimentReport) => answerOf(armsOf(experiment, runs), experiment).sentence;
  return new Map(experiments.map((experiment) => [experiment.name, answerTo(experiment)]));
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function countWords(count: number): string {
  return `${count} ${count === 1 ? 'claim' : 'claims'}`;
}

/** `At 1.50e14 FLOPs, joint is 2.1 points above bert in …: interval 0.8 to 3.4, 8 seeds of each arm.` */
function decidedWords(claim: ClaimRow): string {
  const { ahead, behind, metric, verdict } = claim;
  const effect = verdict === 'equivalent' ? `${ahead} and ${behind} are equivalent` : distanceWords(claim);
  const words = `${effect} in ${measuredBy(claim)} (${[intervalWords(claim), seedWords(claim)].join('; ')})`;
  const reversed = verdict === 'reverses' ? ', which reverses the claim' : '';
  const costs = costWords([claim.trainFlopsAhead, claim.trainFlopsBehind]);
  const inside = verdict === 'equivalent' ? `, inside ${marginOf(metric, claim.margin!)}` : '';
  return `${costs === '' ? 'At this scale' : `At ${costs}`}, ${words}${inside}${reversed}.`;
}

/** Which is above in the measurement itself, whichever side the claim is on. */
function distanceWords({ ahead, behind, metric, meanAhead, meanBehind }: ClaimRow): string {
  const measure = measureNamed(metric);
  const difference = meanAhead! - meanBehind!;
  return `${ahead} is ${distance(measure, difference)}${differenceUnit(measure)} ${difference > 0 ? 'above' : 'below'} ${behind}`;
}

function distance(measure: Measure, difference: number): string {
  return showDifference(measure, Math.abs(difference)).slice(1);
}

/** Ends in the direction that was said: of `below` too they are above zero. */
function intervalWords(claim: ClaimRow): string {
  const { verdict, metric } = claim;
  const measure = measureNamed(metric);
  if (verdict === 'equivalent') {
    const { difference, equivalenceLow, equivalenceHigh } = claim;
    const [at, low, high] = [difference, equivalenceLow, equivalenceHigh].map((end) =>
      showDifference(measure, end),
    );
    return `${at}${differenceUnit(measure)}, ${low} to ${high}`;
  }
  const ends = [claim.correctedLow!, claim.correctedHigh!].map(Math.abs).sort((a, b) => a - b);
  return ends.map((end) => distance(measure, end)).join(' to ');
}

function seedWords({ test, seedsAhead, seedsBehind }: ClaimRow): string {
  if (test === 'paired') return `${seedsAhead} pairs of seeds`;
  return seedsAhead === seedsBehind
    ? `${seedsAhead} seeds of each arm`
    : `${seedsAhead} and ${seedsBehind} seeds`;
}

/** `1.50e14 FLOPs`, `4.41e12 to 1.13e13 FLOPs`; costs within a twentieth are one. */
function costWords(costs: readonly (number | undefined)[]): string {
  const known = costs.filter((cost) => cost !== undefined && cost > 0).sort((a, b) => a! - b!) as number[];
  const [least, most] = [known[0], known.at(-1)];
  if (least === undefined || most === undefined) return '';
  const shown = (cost: number) => show(measureNamed('train_flops'), cost);
  return most / least < 1.05 ? `${shown(most)} FLOPs` : `${shown(least)} to ${shown(most)} FLOPs`;
}

/** `By mean downstream score, nothing is decided with 1 seed of each arm, where a verdict needs 5: 52.3 % for bert, …` */
function openWords(arms: readonly Arm[], metric: string | undefined, experiment?: ExperimentReport): string {
  const why = whyOpen(arms, experiment);
  const means = metric === undefined ? [] : meansOf(arms, metric, experiment);
  if (metric === undefined || means.length === 0)
    return `Nothing is decided${why}: no arm has been scored yet.`;
  const primary = experiment?.primary;
  const name = measuredBy(primary?.metric === metric ? primary : { metric });
  const costs = costWords(arms.flatMap(({ runs }) => runs.map((run) => runValue(run, 'train_flops'))));
  const order = orderWords(means, measureNamed(metric));
  return `By ${name}, nothing is decided${why}: ${order}${costs && `, at ${costs}`}.`;
}

/** Said where it is all that it takes; other obstacles stand beside the claims. */
function whyOpen(arms: readonly Arm[], experiment?: ExperimentReport): string {
  if (!experiment) return ', as no experiment has claims about these runs';
  if (experiment.claims.length === 0) return ', as the experiment makes no claims';
  const seeds = seedsPerArm(arms);
  const isFew = experiment.claims.every(
    ({ seedsAhead, seedsBehind }) => Math.min(seedsAhead, seedsBehind) < fewestSeeds,
  );
  return `${seeds && ` with ${seeds} of each arm`}${isFew ? `, where a verdict needs ${fewestSeeds}` : ''}`;
}

/** `1 seed`, `3 to 5 seeds` */
function seedsPerArm(arms: readonly Arm[]): string {
  const counts = arms.map(({ runs }) => runs.length).filter((count) => count > 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return '';
  return least === most ? `${most} ${most === 1 ? 'seed' : 'seeds'}` : `${least} to ${most} seeds`;
}

interface ArmMean {
  name: string;
  mean: number;
  hasFailed: boolean;
}

/** From the highest, as summary.csv has them. */
function meansOf(arms: readonly Arm[], metric: string, experiment?: ExperimentReport): ArmMean[] {
  const means = arms.flatMap((arm): ArmMean[] => {
    const row = experiment?.summary.find((one) => one.arm === arm.name && one.metric === metric);
    const mean = row?.mean ?? spreadOfSamples(samplesOf(arm, metric))?.mean;
    return mean === undefined ? [] : [{ name: arm.name, mean, hasFailed: arm.runs.every(hasFailed) }];
  });
  return means.sort((a, b) => b.mean - a.mean);
}

/** More would be a table. */
const mostArms = 5;

function orderWords(means: readonly ArmMean[], measure: Measure): string {
  const words = means.map(
    ({ name, mean, hasFailed: failed }) =>
      `${show(measure, mean)} for ${name}${failed ? ' (failed to learn)' : ''}`,
  );
  if (means.length > mostArms)
    return `between ${words.at(-1)} and ${words[0]}, the ends of ${means.length} arms`;
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
