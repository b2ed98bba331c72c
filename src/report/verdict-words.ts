/** Verdicts in words: a claim is judged at the scale that was run, and every sentence says so. */
import { leastPermutationP, leastSignFlipP } from '../statistics/permutation.ts';
import { twoSidedError } from '../statistics/student-t.ts';
import { fewestSeeds } from '../statistics/verdict.ts';
import { differenceUnit, measureNamed, show, showDifference } from './metric-display.ts';
import type { ClaimRow, Verdict } from './verdict-rows.ts';

/** Not every experiment's sentence is the paper's, and none of them is a result. @param claims those with verdicts */
export function claimUnderTest({ claim, claims }: { claim: string; claims: readonly ClaimRow[] }): string {
  if (claim === '') return '';
  return claims.length > 0 ? `The claim under test: ${claim}` : `The claim, without a verdict here: ${claim}`;
}

/** A sign beside the word: colour alone says nothing. */
export const verdictSigns: Record<Verdict, string> = {
  holds: '✓',
  reverses: '✗',
  equivalent: '≈',
  inconclusive: '?',
};

export function verdictWords({ verdict, leaning, role }: ClaimRow): string {
  const lean = verdict === 'inconclusive' && leaning ? `, leaning ${leaningWords[leaning]}` : '';
  return `${verdict} at this scale${lean}${role === 'secondary' ? ' (secondary)' : ''}`;
}

const leaningWords = { holds: "the paper's way", reverses: 'the other way' };

/** Whatever can stop a verdict is named: a reader must not take a stopped one for an even one. */
export const verdictNote = [
  "A verdict says what these runs show at the size and length that were run. It says nothing about the paper's own scale.",
  `It needs ${fewestSeeds} seeds of each arm with values that are not all equal.`,
  'A claim holds or reverses where the corrected interval of the difference lies wholly on one side of zero.',
  'It is equivalent where the interval lies wholly inside the margin that the experiment declared beforehand, even if it is on one side of zero. Without a margin no claim is equivalent.',
  "Arms are compared by Welch's test. They are compared in pairs of seeds only where their runs were forked from one run.",
  'No run behind a claim may have failed.',
  'For a claim about a downstream score, no run may have failed to learn and no arm may be at the floor, unless the claim predicts that.',
  'A run failed to learn if it predicts masked tokens hardly better than the commonest token does, or finds replaced ones hardly better than token frequencies do. The reason names the bound.',
  'An arm is at the floor where it is not significantly above its untrained encoder, or above the best trivial baseline.',
  "The correction is Holm's. The more claims an experiment tests, the wider each interval, so that at most one family of claims in twenty gets a false verdict.",
  'Secondary claims use other measurements than the primary one and form a family of their own.',
].join(' ');

/** `3 hold, 1 reverses, 2 are inconclusive at this scale`; secondary claims by themselves. */
export function tallyWords(claims: readonly ClaimRow[]): string {
  const secondary = claims.filter(({ role }) => role === 'secondary');
  const first = claims.filter(({ role }) => role !== 'secondary');
  if (secondary.length === 0) return `${counted(first)} at this scale`;
  const others = `secondary: ${counted(secondary)}`;
  return `${first.length > 0 ? `${counted(first)}; ` : ''}${others} at this scale`;
}

/** Nothing can be equivalent where no margin is declared. */
function counted(claims: readonly ClaimRow[]): string {
  const count = (verdict: Verdict) => claims.filter((claim) => claim.verdict === verdict).length;
  const be = (n: number) => (n === 1 ? 'is' : 'are');
  const [holds, reverses, even, open] = [
    count('holds'),
    count('reverses'),
    count('equivalent'),
    count('inconclusive'),
  ] as [number, number, number, number];
  return [
    `${holds} ${holds === 1 ? 'holds' : 'hold'}`,
    `${reverses} ${reverses === 1 ? 'reverses' : 'reverse'}`,
    ...(claims.some(({ margin }) => margin !== undefined) ? [`${even} ${be(even)} equivalent`] : []),
    `${open} ${be(open)} inconclusive`,
  ].join(', ');
}

/** `+1.2 points (−0.3 to +2.7), 95 % interval, corrected for the experiment's other claims; margin ±2.0 points` */
export function measuredDifference(claim: ClaimRow): string {
  return `${[differenceWords(claim), intervalName(claim)].filter(Boolean).join(', ')}${marginWords(claim)}`;
}

/** What decided: of an equivalent claim, the interval that lies inside the margin. */
export function decisiveEnds(claim: ClaimRow): [low: number | undefined, high: number | undefined] {
  const { correctedLow, correctedHigh, intervalLow, intervalHigh } = claim;
  if (claim.verdict === 'equivalent') return [claim.equivalenceLow, claim.equivalenceHigh];
  return [correctedLow ?? intervalLow, correctedHigh ?? intervalHigh];
}

/** Whether the interval shown is held to the level of the claim's family. */
export function isCorrected({ correctedLow, equivalenceLow, verdict }: ClaimRow): boolean {
  return (verdict === 'equivalent' ? equivalenceLow : correctedLow) !== undefined;
}

/** `+1.2 points (−0.3 to +2.7)` */
export function differenceWords(claim: ClaimRow): string {
  const { metric, difference } = claim;
  const measure = measureNamed(metric);
  if (difference === undefined) return 'not measured';
  const [low, high] = decisiveEnds(claim);
  const interval =
    low === undefined ? '' : ` (${showDifference(measure, low)} to ${showDifference(measure, high)})`;
  return `${showDifference(measure, difference)}${differenceUnit(measure)}${interval}`;
}

function intervalName({ correctedLow, intervalLow, verdict, role }: ClaimRow): string {
  const others = role === 'secondary' ? 'the other secondary claims' : "the experiment's other claims";
  const percent = verdict === 'equivalent' ? 90 : 95; // two one-sided tests
  if (correctedLow !== undefined) return `${percent} % interval, corrected for ${others}`;
  return intervalLow === undefined ? '' : '95 % interval, not corrected';
}

function marginWords({ metric, margin }: ClaimRow): string {
  return margin === undefined ? '' : `; margin ${marginOf(metric, margin)}`;
}

/** `frozen probe of part-of-speech, mean over the last 3 checkpoints` */
export function measuredBy({ metric, checkpoints = 1 }: Pick<ClaimRow, 'metric' | 'checkpoints'>): string {
  const { label } = measureNamed(metric);
  return checkpoints > 1 ? `${label}, mean over the last ${checkpoints} checkpoints` : label;
}

/** `±2.0 points` */
export function marginOf(metric: string, margin: number): string {
  const measure = measureNamed(metric);
  return `±${showDifference(measure, margin).slice(1)}${differenceUnit(measure)}`;
}

export function meansWords({ metric, ahead, behind, meanAhead, meanBehind }: ClaimRow): string {
  const measure = measureNamed(metric);
  if (meanAhead === undefined || meanBehind === undefined) return '';
  return `${ahead} ${show(measure, meanAhead)}, ${behind} ${show(measure, meanBehind)}`;
}

/** The source's own numbers, which stand beside ours for reading only. */
export function paperWords({
  basis,
  paperAhead,
  paperBehind,
  paperUnit,
  ahead,
  behind,
  source,
}: ClaimRow): string {
  if (basis === 'words' || paperAhead === undefined || paperBehind === undefined)
    return `in words only (${source})`;
  const unit = paperUnit ? ` ${paperUnit}` : '';
  const [first, second] = alike(paperAhead, paperBehind);
  return `${ahead} ${first}, ${behind} ${second}${unit} (${source})`;
}

/** As a table prints them: 85 beside 82.2 is 85.0. */
function alike(...values: number[]): string[] {
  const digits = Math.max(...values.map((value) => (String(value).split('.')[1] ?? '').length));
  return values.map((value) => value.toFixed(digits));
}

/** What it would take is asked of an open claim only. */
export function seedsWords(claim: ClaimRow): string {
  const { seedsRequired, verdict } = claim;
  return seedsRequired === undefined || verdict !== 'inconclusive'
    ? seedsOf(claim)
    : `${seedsOf(claim)}; ${seedsRequired} would find a difference like this one with probability 0.8`;
}

/** `8 seeds of each arm`, `8 and 7 seeds`, `8 pairs of seeds` */
function seedsOf({ test, seedsAhead, seedsBehind }: ClaimRow): string {
  const plural = (word: string) => (seedsAhead === 1 ? word : `${word}s`);
  if (test === 'paired') return `${seedsAhead} ${plural('pair')} of seeds`;
  if (seedsAhead !== seedsBehind) return `${seedsAhead} and ${seedsBehind} seeds`;
  return `${seedsAhead} ${plural('seed')} of each arm`;
}

/** `Welch's t 0.004, corrected (Holm's) 0.012, permutation 0.008 (the least possible with 5 seeds of each arm)` */
export function pValues(claim: ClaimRow): string {
  const { test, tP, holmP, equivalenceP, equivalenceHolmP } = claim;
  const known: [string, string][] = [
    [test === 'paired' ? 'paired t' : "Welch's t", pWords(tP)],
    ["corrected (Holm's)", pWords(holmP)],
    [test === 'paired' ? 'sign flips' : 'permutation', permutationWords(claim)],
    ['difference of the margin or more', pWords(equivalenceP)],
    ["the same corrected (Holm's)", pWords(equivalenceHolmP)],
  ];
  return known.flatMap(([name, p]) => (p === '' ? [] : [`${name} ${p}`])).join(', ');
}

/** Nothing where the test could not have come out significant: its p would be read as a finding. */
function permutationWords(claim: ClaimRow): string {
  const { permutationP: p, test, seedsAhead, seedsBehind } = claim;
  const least = test === 'paired' ? leastSignFlipP(seedsAhead) : leastPermutationP(seedsAhead, seedsBehind);
  if (p === undefined || least > twoSidedError) return '';
  return p > least ? pWords(p) : `${pWords(p)} (the least possible with ${seedsOf(claim)})`;
}

/** Three digits, and no more zeros than a p deserves. */
function pWords(p: number | undefined): string {
  if (p === undefined) return '';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
