import { describe, expect, it } from 'vitest';
import { claimRows } from '../../src/experiment/claims-table.ts';
import { measure } from '../../src/experiment/measurements.ts';
import type { RunRecord } from '../../src/experiment/run-folder.ts';
import type { Claim } from '../../src/experiment/stored-experiment.ts';
import { toyClaim, toyExperiment, toyRecord } from './toy-results.ts';

const ahead = [0.61, 0.62, 0.63, 0.64, 0.65];
const behind = [0.5, 0.52, 0.51, 0.53, 0.56];
const arm = (name: string, scores: number[]) =>
  scores.map((score, seed) => toyRecord(name, seed, { rte: [score] }));
const joint = arm('joint', ahead);
const bert = arm('bert', behind);

const judge = (records: RunRecord[], claims: Claim[] = [toyClaim], planned = records) =>
  claimRows(
    toyExperiment(planned, claims),
    new Map(records.map((record) => [record.runId, record])),
    measure(records).measurements,
    () => undefined,
  );
const replaced = (records: RunRecord[], seed: number, more: Partial<RunRecord>) =>
  records.map((record) => (record.seed === seed ? { ...record, ...more } : record));

describe('a row of claims.csv', () => {
  it('has the paired difference, its interval and p, and what it would take', () => {
    const [row] = judge([...joint, ...bert]);
    expect(row).toMatchObject({ verdict: 'holds', pairs: 5, signFlipP: 2 / 32, seedsRequired: 5 });
    expect(row!.difference).toBeCloseTo((0.11 + 0.1 + 0.12 + 0.11 + 0.09) / 5, 12);
    expect(row!.meanAhead).toBeCloseTo(0.63, 12);
    expect(row!.tP).toBe(row!.holmP);
    expect(row).not.toHaveProperty('reason');
  });

  it('pairs by pre-training seed, in whatever order the runs are listed', () => {
    const backwards = judge([...joint.toReversed(), ...bert]);
    expect(backwards).toEqual(judge([...joint, ...bert]));
  });

  it('reverses where the paper would have it the other way', () => {
    const turned = { ...toyClaim, ahead: 'bert', behind: 'joint' };
    expect(judge([...joint, ...bert], [turned])[0]).toMatchObject({ verdict: 'reverses', signFlipP: 2 / 32 });
  });

  it('turns the sign of a metric that points down', () => {
    const withLoss = (records: RunRecord[], values: number[]) =>
      records.map((record, i) => ({ ...record, metrics: { mlm_loss: values[i]! } }));
    const records = [...withLoss(joint, behind), ...withLoss(bert, ahead)];
    const [row] = judge(records, [{ ...toyClaim, metric: 'mlm_loss' }]);
    expect(row!.verdict).toBe('holds');
    expect(row!.difference).toBeCloseTo(0.106, 12);
    expect(row!.meanAhead! - row!.meanBehind!).toBeCloseTo(-0.106, 12);
  });

  it("has the paper's own numbers beside, and never in a difference", () => {
    const paper = { ahead: 85, behind: 75, unit: 'GLUE' };
    const [row] = judge([...joint, ...bert], [{ ...toyClaim, paper, otherSource: 'a note' }]);
    expect(row).toMatchObject({ paperAhead: 85, paperBehind: 75, paperUnit: 'GLUE', otherSource: 'a note' });
    expect(row!.difference).toBe(judge([...joint, ...bert])[0]!.difference);
  });
});

describe('a claim is inconclusive', () => {
  it('with fewer than five seeds, though it may lean', () => {
    const few = [...joint, ...bert].filter(({ seed }) => seed < 3);
    expect(judge(few)[0]).toMatchObject({
      ...{ verdict: 'inconclusive', leaning: 'holds', reason: '3 pairs of seeds; a verdict takes 5' },
      seedsRequired: 5,
    });
  });

  it('where a run failed to learn, whichever arm that helps', () => {
    const failed = replaced(bert, 2, { status: 'failed-to-learn', reason: 'unigram plateau' });
    const [row] = judge([...joint, ...failed]);
    expect(row).toMatchObject({
      verdict: 'inconclusive',
      reason: 'bert, seed 2, failed to learn at this scale: unigram plateau',
    });
    expect(row).not.toHaveProperty('leaning');
    expect(row).not.toHaveProperty('seedsRequired');
    expect(row).not.toHaveProperty('correctedLow');
  });

  it('where several did, which are counted, the first with its reason', () => {
    const reason = 'unigram plateau';
    const failing = (below: number) =>
      bert.map((record) =>
        record.seed < below ? { ...record, status: 'failed-to-learn' as const, reason } : record,
      );
    expect(judge([...joint, ...failing(5)])[0]!.reason).toBe(
      'all 5 seeds of bert failed to learn at this scale; seed 0: unigram plateau',
    );
    expect(judge([...joint, ...failing(2)])[0]!.reason).toBe(
      '2 of 5 seeds of bert failed to learn at this scale; seed 0: unigram plateau',
    );
  });

  it('but not where that failure is what it predicts', () => {
    const failed = replaced(bert, 2, { status: 'failed-to-learn', reason: 'unigram plateau' });
    const [row] = judge([...joint, ...failed], [{ ...toyClaim, predictsFailureOf: ['bert'] }]);
    expect(row!.verdict).toBe('holds');
  });

  it('where a run crashed, even with five other pairs', () => {
    const six = [...arm('joint', [...ahead, 0.66]), ...arm('bert', [...behind, 0.55])];
    expect(judge(six)[0]!.verdict).toBe('holds');
    const [row] = judge(replaced(six, 5, { status: 'failed', reason: 'loss is NaN at step 7' }));
    expect(row).toMatchObject({ verdict: 'inconclusive', pairs: 5 });
    expect(row!.reason).toBe('joint, seed 5, failed: loss is NaN at step 7 (and 1 more run)');
  });

  it('where a run is not there yet, or lacks the metric', () => {
    const all = [...joint, ...bert];
    const missing = judge(all.slice(0, -1), [toyClaim], all)[0];
    expect(missing).toMatchObject({ verdict: 'inconclusive', reason: 'bert, seed 4, has not been run' });
    const going = judge(replaced(all, 4, { status: 'training' }))[0];
    expect(going!.reason).toBe('joint, seed 4, has not finished (and 1 more run)');
    const [bare] = judge(all, [{ ...toyClaim, metric: 'rtd_auc' }]);
    expect(bare).toMatchObject({
      pairs: 0,
      reason: 'all 5 seeds of joint have no rtd_auc (and 5 more runs)',
    });
  });

  it('but not for seeds that only one of its arms was to have', () => {
    expect(judge([...arm('joint', [...ahead, 0.1]), ...bert])[0]).toMatchObject({
      verdict: 'holds',
      pairs: 5,
    });
  });
});

describe('the claims of an experiment', () => {
  it('are corrected together, those that cannot be tested too', () => {
    const untestable = { ...toyClaim, id: 'no-such-arm', ahead: 'adversarial' };
    const alone = judge([...joint, ...bert])[0]!;
    const [row, other] = judge([...joint, ...bert], [toyClaim, untestable]);
    expect(row!.holmP).toBeCloseTo(2 * alone.tP!, 12);
    expect(other).toMatchObject({ pairs: 0, reason: '0 pairs of seeds; a verdict takes 5' });
  });
});
