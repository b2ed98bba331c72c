import { describe, expect, it } from 'vitest';
import { claimsSummary } from '../../src/commands/sweep.ts';
import type { ClaimRow } from '../../src/report/verdict-rows.ts';

const row: ClaimRow = {
  experiment: 'figure3',
  id: 'joint-beats-bert',
  claim: 'joint beats bert',
  metric: 'downstream',
  ahead: 'joint',
  behind: 'bert',
  source: 'Figure 3',
  basis: 'words',
  verdict: 'holds',
  role: 'primary',
  test: 'welch',
  seedsAhead: 5,
  seedsBehind: 5,
  difference: 0.013,
  intervalLow: 0.004,
  intervalHigh: 0.022,
  correctedLow: 0.002,
  correctedHigh: 0.024,
  seedsRequired: 5,
};
const linesOf = (claim: ClaimRow) => claimsSummary([claim]).slice(1, 3);
const seeds = (count: number) => ({ seedsAhead: count, seedsBehind: count });

describe('claimsSummary', () => {
  it('gives verdict, difference in points, the interval that decided, and the number of seeds', () => {
    expect(linesOf(row)).toEqual([
      '  ✓ holds at this scale: joint beats bert',
      "    mean downstream score, joint against bert: +1.3 points (+0.2 to +2.4), 95 % interval, corrected for the experiment's other claims; 5 seeds of each arm",
    ]);
  });

  it('says why a claim is open, which way it leans, and what deciding it would cost', () => {
    const { correctedLow: _, correctedHigh: __, ...few } = row;
    const open = {
      ...few,
      verdict: 'inconclusive',
      leaning: 'holds',
      seedsRequired: 8,
      ...seeds(3),
    } as const;
    expect(linesOf({ ...open, reason: '3 seeds of each arm; a verdict needs 5' })).toEqual([
      "  ? inconclusive at this scale, leaning the paper's way: joint beats bert",
      '    mean downstream score, joint against bert: +1.3 points (+0.4 to +2.2), 95 % interval, not corrected; 3 seeds of each arm; 8 would find a difference like this one with probability 0.8; why: 3 seeds of each arm; a verdict needs 5',
    ]);
  });

  it('says what the training of each arm cost', () => {
    const cost = { stepsAhead: 10, stepsBehind: 20, trainFlopsAhead: 1e13, trainFlopsBehind: 2e13 };
    expect(claimsSummary([{ ...row, ...cost }])[3]).toBe(
      '    training: joint 10 steps, 1.00e13 FLOPs; bert 20 steps, 2.00e13 FLOPs; bert took 2.00 times the FLOPs',
    );
  });

  it('gives what is no share in its own unit', () => {
    const [, difference] = linesOf({ ...row, metric: 'mlm_loss', difference: -0.25 });
    expect(difference).toContain('masked-LM loss, joint against bert: −0.250 nats (');
  });

  it('has lines for a claim whose runs are not there, and none without claims', () => {
    const { difference: _, correctedLow: __, correctedHigh: ___, ...rest } = row;
    const { intervalLow: ____, intervalHigh: _____, seedsRequired: ______, ...bare } = rest;
    const reason = 'bert, seed 0, has not been run';
    expect(linesOf({ ...bare, verdict: 'inconclusive', ...seeds(0), reason })).toEqual([
      '  ? inconclusive at this scale: joint beats bert',
      '    mean downstream score, joint against bert: not measured; 0 seeds of each arm; why: bert, seed 0, has not been run',
    ]);
    expect(claimsSummary([])).toEqual([]);
  });

  it('says of every claim that it speaks of this scale', () => {
    for (const verdict of ['holds', 'reverses', 'equivalent', 'inconclusive'] as const) {
      expect(linesOf({ ...row, verdict })[0]).toContain(`${verdict} at this scale`);
    }
    expect(claimsSummary([row])[0]).toBe(
      'The claims under test: 1 holds, 0 reverse, 0 are inconclusive at this scale.',
    );
  });
});
