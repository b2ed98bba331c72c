/** The verdicts that end `sweep` and `report`: one line a claim. */
import type { ClaimRow } from '../report/report-data.ts';

/** Lines to print: what each claim came to at this scale, and what its numbers mean; none without claims. */
export function claimsSummary(claims: readonly ClaimRow[]): string[] {
  if (claims.length === 0) return [];
  return [
    "The paper's claims, at this scale:",
    ...claims.map((claim) => `  ${sentenceOf(claim)}`),
    "Differences are over pre-training seeds, positive on the paper's side; intervals are Student's t, corrected for the number of claims.",
  ];
}

/** `inconclusive at this scale, leans to holds: joint beats bert (downstream, joint against bert: …)` */
function sentenceOf(row: ClaimRow): string {
  const leaning = row.leaning === undefined ? '' : `, leans to ${row.leaning}`;
  const facts = [
    `${row.metric}, ${row.ahead} against ${row.behind}: ${differenceOf(row)}`,
    ...(row.reason === undefined ? [] : [row.reason]),
    ...(row.seedsRequired === undefined || row.verdict !== 'inconclusive'
      ? []
      : [`about ${row.seedsRequired} seeds would decide it`]),
  ];
  return `${row.verdict} at this scale${leaning}: ${row.claim} (${facts.join('; ')})`;
}

/** `+1.30 points [+0.20, +2.40], n = 5` */
function differenceOf(row: ClaimRow): string {
  const { metric, pairs, difference, correctedLow, correctedHigh, intervalLow, intervalHigh } = row;
  if (difference === undefined) return `n = ${pairs}`;
  const [low, high] = [correctedLow ?? intervalLow, correctedHigh ?? intervalHigh];
  const note = correctedLow === undefined ? ' uncorrected' : '';
  const interval = low === undefined ? '' : ` [${signed(metric, low)}, ${signed(metric, high!)}]${note}`;
  return `${signed(metric, difference)}${isShare(metric) ? ' points' : ''}${interval}, n = ${pairs}`;
}

/** Whether a metric is read in percent, its differences in points. */
function isShare(metric: string): boolean {
  return /^(downstream$|task\.)|_(accuracy|fraction|rate|precision|recall)/.test(metric);
}

function signed(metric: string, value: number): string {
  const text = isShare(metric) ? (100 * value).toFixed(2) : value.toPrecision(3);
  return value > 0 ? `+${text}` : text;
}
