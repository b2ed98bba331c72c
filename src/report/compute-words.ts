/** What a claim's two arms had of training: arms of equal steps are not of equal compute, nor the other way round. */
import { measureNamed, show } from './metric-display.ts';
import type { ClaimRow } from './verdict-rows.ts';

/**
 * `joint 4,000 steps, 4.1 million tokens, 1.50e13 FLOPs (2.84e13 as the paper counts); two-stage …; two-stage took 1.52
 * times the FLOPs`; nothing of runs without a cost.
 */
export function computeWords(claim: ClaimRow): string {
  const { ahead, behind, trainFlopsAhead, trainFlopsBehind } = claim;
  if (trainFlopsAhead === undefined || trainFlopsBehind === undefined) return '';
  const one = wordsOf(claim.stepsAhead, claim.tokensAhead, trainFlopsAhead, claim.officialFlopsAhead);
  const other = wordsOf(claim.stepsBehind, claim.tokensBehind, trainFlopsBehind, claim.officialFlopsBehind);
  return `${ahead} ${one}; ${behind} ${other}${ratioWords(claim)}`;
}

function wordsOf(
  steps: number | undefined,
  tokens: number | undefined,
  flops: number,
  officialFlops: number | undefined,
): string {
  const measure = measureNamed('train_flops');
  const official =
    officialFlops === undefined ? '' : ` (${show(measure, officialFlops)} as the paper counts)`;
  return [
    ...(steps === undefined ? [] : [`${Math.round(steps).toLocaleString('en')} steps`]),
    ...(tokens === undefined ? [] : [`${tokensWords(tokens)} tokens`]),
    `${show(measure, flops)} FLOPs${official}`,
  ].join(', ');
}

/** How much it is, not a count. */
function tokensWords(tokens: number): string {
  const shown = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 });
  return tokens < 1e6 ? shown(tokens) : `${shown(tokens / 1e6)} million`;
}

/** Said where a reader should see it: from a difference of a twentieth on. */
function ratioWords({ ahead, behind, trainFlopsAhead, trainFlopsBehind }: ClaimRow): string {
  const ratio = trainFlopsBehind! / trainFlopsAhead!;
  if (Math.abs(ratio - 1) < 0.05 || !Number.isFinite(ratio) || ratio === 0) return '';
  const [larger, times] = ratio > 1 ? [behind, ratio] : [ahead, 1 / ratio];
  return `; ${larger} took ${times.toFixed(2)} times the FLOPs`;
}
