import { describe, expect, it } from 'vitest';
import { answerOf } from '../../src/report/answer-words.ts';
import { armsOf } from '../../src/report/figures/series.ts';
import type { ExperimentReport } from '../../src/report/report-data.ts';
import type { ClaimRow } from '../../src/report/verdict-rows.ts';
import { madeUpReport } from './made-up-report.ts';

const { experiments, runs } = madeUpReport();
const [experiment] = experiments as [ExperimentReport];
const arms = armsOf(experiment, runs);
const [holds, reverses, open, equivalent] = experiment.claims as [ClaimRow, ClaimRow, ClaimRow, ClaimRow];
const answerTo = (claims: ClaimRow[], others: Partial<ExperimentReport> = {}) =>
  answerOf(arms, { ...experiment, claims, ...others });

describe('the answer of a report', () => {
  it('is the first decided claim: effect, unit, measurement, interval, seeds and both costs', () => {
    expect(answerTo([open, holds]).sentence).toBe(
      'At 1.00e13 to 1.50e13 FLOPs, joint is 2.0 points above bert in mean downstream score (0.4 to 3.6; 5 seeds of each arm).',
    );
  });

  it('says which arm is below where a claim reverses, with an interval that goes the same way', () => {
    const claim = { ...reverses, meanAhead: 0.52, meanBehind: 0.54, trainFlopsBehind: 1.01e13 };
    expect(answerTo([claim]).sentence).toBe(
      'At 1.01e13 FLOPs, joint is 2.0 points below bert in mean downstream score (0.4 to 3.6; 5 seeds of each arm), which reverses the claim.',
    );
  });

  it('calls the lower loss below, although it is the side of the claim', () => {
    const loss = { ...holds, metric: 'mlm_loss', meanAhead: 4.6, meanBehind: 4.62 };
    expect(answerTo([loss]).sentence).toContain('joint is 0.020 nats below bert in masked-LM loss');
  });

  it('gives the interval that lies inside the margin where arms are equivalent', () => {
    expect(answerTo([equivalent]).sentence).toBe(
      'At 1.00e13 to 1.50e13 FLOPs, joint and bert are equivalent in masked tokens predicted, argmax (+0.1 points, −1.5 to +1.3; 5 seeds of each arm), inside ±2.0 points.',
    );
  });

  it('is that nothing is decided where no claim by the main measurement is, whatever another one decides', () => {
    const { sentence, besides } = answerTo([open, equivalent]);
    expect(sentence).toMatch(
      /^By mean downstream score, nothing is decided with 5 seeds of each arm: 59\.0.% for .*, 56\.0.% for two-stage, .*, at 1\.00e13 to 2\.50e13 FLOPs\.$/,
    );
    expect(besides[0]).toMatch(
      /^Decided is another measurement: at 1\.00e13 .* joint and bert are equivalent/,
    );
    expect(besides[1]).toMatch(/^2 claims: 0 hold, 0 reverse/);
  });

  it('says of one seed how many a verdict needs, and the order that was seen', () => {
    const single = armsOf(
      { ...experiment, arms: experiment.arms.map((arm) => ({ ...arm, runIds: arm.runIds.slice(0, 1) })) },
      runs,
    );
    const claims = [{ ...open, seedsAhead: 1, seedsBehind: 1 }];
    const { sentence } = answerOf(single, { ...experiment, claims });
    expect(sentence).toContain(
      'nothing is decided with 1 seed of each arm, where a verdict needs 5: 59.0\u00a0% for ',
    );
    expect(sentence).toContain('(failed to learn)');
  });

  it('of many arms names the ends of the order', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const many = names.map((name, index) => ({ ...arms[0]!, name, index }));
    const summary = names.map((arm, i) => ({ ...experiment.summary[0]!, arm, mean: 0.5 + 0.01 * i }));
    expect(answerOf(many, { ...experiment, claims: [open], summary }).sentence).toContain(
      'between 50.0\u00a0% for a and 55.0\u00a0% for f, the ends of 6 arms',
    );
  });

  it('says so where nothing claims anything, and where nothing is scored', () => {
    expect(answerTo([]).sentence).toMatch(/nothing is decided, as the experiment makes no claims: /);
    expect(answerOf(arms).sentence).toMatch(
      /nothing is decided, as no experiment has claims about these runs: /,
    );
    const bare = arms.map((arm) => ({ ...arm, runs: [] }));
    expect(answerOf(bare).sentence).toBe(
      'Nothing is decided, as no experiment has claims about these runs: no arm has been scored yet.',
    );
  });
});
