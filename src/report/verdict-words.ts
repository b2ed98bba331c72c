/** Verdicts in words: a claim is judged at the scale that was run, and every sentence says so. */
import { leastSignFlipP } from '../statistics/sign-flip.ts';
import { twoSidedError } from '../statistics/student-t.ts';
import { fewestPairs } from '../statistics/verdict.ts';
import { differenceUnit, measureNamed, show, showDifference } from './measures.ts';
import type { ClaimRow, Verdict } from './report-data.ts';

/** Not every experiment's sentence is the paper's, and none of them is a result. @param claims those with verdicts */
export function claimUnderTest({ claim, claims }: { claim: string; claims: readonly ClaimRow[] }): string {
  if (claim === '') return '';
  return claims.length > 0 ? `The claim under test: ${claim}` : `The claim, without a verdict here: ${claim}`;
}

/** A sign beside the word: colour alone says nothing. */
export const verdictSigns: Record<Verdict, string> = { holds: '✓', reverses: '✗', inconclusive: '?' };

export function verdictWords({ verdict, leaning }: ClaimRow): string {
  const lean = verdict === 'inconclusive' && leaning ? `, leaning ${leaningWords[leaning]}` : '';
  return `${verdict} at this scale${lean}`;
}

const leaningWords = { holds: "the paper's way", reverses: 'the other way' };

/** Whatever can stop a verdict is named: a reader must not take a stopped one for an even one. */
export const verdictNote = `A verdict says what these runs show, at the size and length that were run, and nothing of the paper's own scale. It needs ${fewestPairs} pairs of seeds whose differences are not all equal, a corrected interval that lies wholly on one side of zero, and that no run behind it failed or failed to learn (unless that is what the claim says). The correction is Holm's: the more claims an experiment tests, the wider the interval of each, so that where no arms differ at most one experiment in twenty gets a false verdict. A run failed to learn where it predicts masked tokens hardly better than the commonest token does, or finds replaced ones hardly better than token frequencies do; the reason names the bound.`;

/** `3 hold, 1 reverses, 2 are inconclusive at this scale`. */
export function tallyWords(claims: readonly ClaimRow[]): string {
  const count = (verdict: Verdict) => claims.filter((claim) => claim.verdict === verdict).length;
  const [holds, reverses, open] = [count('holds'), count('reverses'), count('inconclusive')];
  const parts = [
    `${holds} ${holds === 1 ? 'holds' : 'hold'}`,
    `${reverses} ${reverses === 1 ? 'reverses' : 'reverse'}`,
    `${open} ${open === 1 ? 'is' : 'are'} inconclusive`,
  ];
  return `${parts.join(', ')} at this scale`;
}

/** `+1.2 points (−0.3 to +2.7), 95 % interval, corrected for the experiment's other claims` */
export function measuredDifference(claim: ClaimRow): string {
  return [differenceWords(claim), intervalName(claim)].filter(Boolean).join(', ');
}

function differenceWords(claim: ClaimRow): string {
  const { metric, difference, correctedLow, correctedHigh, intervalLow, intervalHigh } = claim;
  const measure = measureNamed(metric);
  if (difference === undefined) return 'not measured';
  const [low, high] = [correctedLow ?? intervalLow, correctedHigh ?? intervalHigh];
  const interval =
    low === undefined ? '' : ` (${showDifference(measure, low)} to ${showDifference(measure, high)})`;
  return `${showDifference(measure, difference)}${differenceUnit(measure)}${interval}`;
}

function intervalName({ correctedLow, intervalLow }: ClaimRow): string {
  if (correctedLow !== undefined) return "95 % interval, corrected for the experiment's other claims";
  return intervalLow === undefined ? '' : '95 % interval, not corrected';
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
export function seedsWords({ pairs, seedsRequired, verdict }: ClaimRow): string {
  const have = seedsOf(pairs);
  return seedsRequired === undefined || verdict !== 'inconclusive'
    ? have
    : `${have}; ${seedsRequired} would decide a difference like this one with probability 0.8`;
}

function seedsOf(count: number): string {
  return `${count} ${count === 1 ? 'seed' : 'seeds'}`;
}

/** `paired t 0.004, Holm's 0.012, sign flips 0.031 (the least possible with 6 seeds)` */
export function pValues({ tP, holmP, signFlipP, pairs }: ClaimRow): string {
  const known: [string, string][] = [
    ['paired t', pWords(tP)],
    ["corrected (Holm's)", pWords(holmP)],
    ['sign flips', signFlipWords(signFlipP, pairs)],
  ];
  return known.flatMap(([name, p]) => (p === '' ? [] : [`${name} ${p}`])).join(', ');
}

/** Nothing where the test could not have come out significant: its p would be read as a finding. */
function signFlipWords(p: number | undefined, pairs: number): string {
  const least = leastSignFlipP(pairs);
  if (p === undefined || least > twoSidedError) return '';
  return p > least ? pWords(p) : `${pWords(p)} (the least possible with ${seedsOf(pairs)})`;
}

/** Three digits, and no more zeros than a p deserves. */
function pWords(p: number | undefined): string {
  if (p === undefined) return '';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
