/** Every claim with its difference, interval, margin and verdict, one below the other: a panel for each measurement. */
import { groupBy } from '../../base/group.ts';
import type { ClaimRow } from '../verdict-rows.ts';
import { decisiveEnds, differenceWords, isCorrected, marginOf, measuredBy } from '../verdict-words.ts';
import { sentences } from './captions.ts';
import { forestPanel } from './claims-panel.ts';
import { slugOf } from './dot-figure.ts';
import type { Figure, ValueRow } from './figure.ts';

/** @returns undefined of an experiment without claims */
export function claimsFigure(name: string, claims: readonly ClaimRow[]): Figure | undefined {
  if (claims.length === 0) return undefined;
  const groups = [...groupBy(claims, ({ metric }) => metric).values()];
  const panels = groups.map((group) => {
    const [{ metric, role }] = group as [ClaimRow];
    return {
      id: `${slugOf(name)}-claims-${slugOf(metric)}`,
      title: `${measuredBy(group[0]!)}${role === 'secondary' ? ' (secondary)' : ''}`,
      svg: forestPanel(group),
    };
  });
  return {
    id: `${slugOf(name)}-claims`,
    title: 'Every claim at this scale',
    caption: captionOf(claims),
    panels,
    measure: { name: '', label: 'difference towards the side of the claim', unit: 'number' },
    rowName: 'claim',
    values: claims.map(rowOf),
  };
}

/** Only what there is to see. */
function captionOf(claims: readonly ClaimRow[]): string {
  const has = (verdict: ClaimRow['verdict']) => claims.some((claim) => claim.verdict === verdict);
  const drawn = claims.filter((claim) => decisiveEnds(claim)[0] !== undefined);
  const shapes = [
    ...(has('holds') ? ['a triangle to the right holds'] : []),
    ...(has('reverses') ? ['a triangle to the left reverses'] : []),
    ...(has('equivalent') ? ['a square is equivalent'] : []),
    ...(has('inconclusive') ? ['a hollow circle is inconclusive'] : []),
  ];
  return sentences([
    `Shapes are verdicts: ${shapes.join(', ')}.`,
    drawn.some(isCorrected)
      ? "Bars are 95\u00a0% intervals, corrected for the experiment's other claims."
      : '',
    drawn.every(isCorrected)
      ? ''
      : 'Dashed intervals are not corrected, as something is in the way of a verdict.',
    claims.some(({ margin }) => margin !== undefined)
      ? 'The margin within which arms are equivalent is shaded.'
      : '',
  ]);
}

function rowOf(claim: ClaimRow): ValueRow {
  const columns = {
    'measured by': measuredBy(claim),
    difference: differenceWords(claim),
    margin: claim.margin === undefined ? '' : marginOf(claim.metric, claim.margin),
    verdict: claim.verdict,
  };
  return { arm: `${claim.ahead} over ${claim.behind}`, samples: [], columns };
}
