/** The verdicts that end `sweep`: three lines a claim, in the words of the report. */
import { computeWords } from '../report/compute-words.ts';
import type { ClaimRow } from '../report/verdict-rows.ts';
import {
  measuredBy,
  measuredDifference,
  seedsWords,
  tallyWords,
  verdictSigns,
  verdictWords,
} from '../report/verdict-words.ts';

/** Lines to print: what each claim came to at this scale, and what its numbers mean; none without claims. */
export function claimsSummary(claims: readonly ClaimRow[]): string[] {
  if (claims.length === 0) return [];
  return [
    `The claims under test: ${tallyWords(claims)}.`,
    ...claims.flatMap(linesOf),
    "Differences are between means over seeds, positive on the paper's side; intervals are Welch's, or Student's t over pairs of runs that begin in one run.",
  ];
}

function linesOf(claim: ClaimRow): string[] {
  const { ahead, behind, reason } = claim;
  const training = computeWords(claim);
  const difference = `${measuredBy(claim)}, ${ahead} against ${behind}: ${measuredDifference(claim)}`;
  const facts = [difference, seedsWords(claim), ...(reason === undefined ? [] : [`why: ${reason}`])];
  return [
    `  ${verdictSigns[claim.verdict]} ${verdictWords(claim)}: ${claim.claim}`,
    `    ${facts.join('; ')}`,
    ...(training === '' ? [] : [`    training: ${training}`]),
  ];
}
