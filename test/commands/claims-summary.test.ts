import { describe, expect, it } from 'vitest';
import { claimsSummary } from '../../src/commands/claims-summary.ts';
import type { ClaimRow } from '../../src/report/report-data.ts';

const row: ClaimRow = {
  ...{ experiment: 'figure3', id: 'joint-beats-bert', claim: 'joint beats bert', metric: 'downstream' },
  ...{ ahead: 'joint', behind: 'bert', source: 'Figure 3', basis: 'words', pairs: 5, verdict: 'holds' },
  ...{
    difference: 0.013,
    intervalLow: 0.004,
    intervalHigh: 0.022,
    correctedLow: 0.002,
    correctedHigh: 0.024,
  },
  seedsRequired: 5,
};
const sentenceOf = (claim: ClaimRow) => claimsSummary([claim])[1]!.trim();

describe('claimsSummary', () => {
  it('gives verdict, difference in points, the interval that decided, and the number of seeds', () => {
    expect(sentenceOf(row)).toBe(
      'holds at this scale: joint beats bert (downstream, joint against bert: +1.30 points [+0.20, +2.40], n = 5)',
    );
  });

  it('says why a claim is open, which way it leans, and what deciding it would cost', () => {
    const { correctedLow: _, correctedHigh: __, ...few } = row;
    const open = { ...few, verdict: 'inconclusive', leaning: 'holds', pairs: 3, seedsRequired: 8 } as const;
    expect(sentenceOf({ ...open, reason: '3 pairs of seeds; a verdict takes 5' })).toBe(
      'inconclusive at this scale, leans to holds: joint beats bert (downstream, joint against bert: +1.30 points [+0.40, +2.20] uncorrected, n = 3; 3 pairs of seeds; a verdict takes 5; about 8 seeds would decide it)',
    );
  });

  it('gives what is no share in its own unit', () => {
    expect(sentenceOf({ ...row, metric: 'mlm_loss', difference: -0.25 })).toContain('bert: -0.250 [');
  });

  it('has a sentence for a claim whose runs are not there, and none without claims', () => {
    const nothing: ClaimRow = {
      ...row,
      verdict: 'inconclusive',
      pairs: 0,
      reason: 'bert, seed 0, has not been run',
    };
    for (const key of ['difference', 'seedsRequired'] as const) delete nothing[key];
    expect(sentenceOf(nothing)).toBe(
      'inconclusive at this scale: joint beats bert (downstream, joint against bert: n = 0; bert, seed 0, has not been run)',
    );
    expect(claimsSummary([])).toEqual([]);
  });

  it('says in every sentence that it speaks of this scale', () => {
    for (const verdict of ['holds', 'reverses', 'inconclusive'] as const) {
      expect(sentenceOf({ ...row, verdict })).toContain(`${verdict} at this scale`);
    }
  });
});
