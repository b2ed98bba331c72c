import { describe, expect, it } from 'vitest';
import { claimRows } from '../../src/analysis/claims-table.ts';
import { measure } from '../../src/analysis/metric-values.ts';
import type { RunRecord } from '../../src/results/run-folder.ts';
import type { Claim, Pairing } from '../../src/results/stored-experiment.ts';
import { standardDeviation } from '../../src/statistics/describe.ts';
import { toyClaim, toyExperiment, toyRecord, toyRow } from '../helpers/toy-results.ts';

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
  it("has Welch's difference, its standard error and p, and what it would take", () => {
    const [row] = judge([...joint, ...bert]);
    expect(row).toMatchObject({ verdict: 'holds', role: 'primary', test: 'welch', seedsRequired: 5 });
    expect(row).toMatchObject({ seedsAhead: 5, seedsBehind: 5, permutationP: 2 / 252 });
    const variances = row!.deviationAhead! ** 2 / 5 + row!.deviationBehind! ** 2 / 5;
    expect(row!.standardError).toBeCloseTo(Math.sqrt(variances), 12);
    expect(row!.difference).toBeCloseTo((0.11 + 0.1 + 0.12 + 0.11 + 0.09) / 5, 12);
    expect(row!.meanAhead).toBeCloseTo(0.63, 12);
    expect(row!.tP).toBe(row!.holmP);
    expect(row).not.toHaveProperty('reason');
  });

  it('is in pairs of seeds where the claim says that both arms fork from one, in whatever order', () => {
    const forked: Claim = { ...toyClaim, pairing: 'forked' };
    const [row] = judge([...joint.toReversed(), ...bert], [forked]);
    const differences = [0.11, 0.1, 0.12, 0.11, 0.09];
    expect(row).toMatchObject({ test: 'paired', seedsAhead: 5, degrees: 4, permutationP: 2 / 32 });
    expect(row!.standardError).toBeCloseTo(standardDeviation(differences)! / Math.sqrt(5), 12);
  });

  it('has the same difference and another standard error without the pairs', () => {
    const rowOf = (pairing: Pairing) => judge([...joint, ...bert], [{ ...toyClaim, pairing }])[0]!;
    expect(rowOf('independent').difference).toBeCloseTo(rowOf('forked').difference!, 12);
    expect(rowOf('independent').standardError).toBeGreaterThan(rowOf('forked').standardError!);
  });

  it('has what the training of each arm cost, means over its runs', () => {
    const dear = replaced(joint, 0, { progress: { ...joint[0]!.progress!, flops: 6000 } });
    expect(judge([...dear, ...bert])[0]).toMatchObject({
      stepsAhead: 30,
      stepsBehind: 30,
      tokensAhead: 100,
      tokensBehind: 100,
      trainFlopsAhead: (4 * 1000 + 6000) / 5,
      trainFlopsBehind: 1000,
      officialFlopsBehind: 2000,
    });
  });

  it('reverses where the paper would have it the other way', () => {
    const turned = { ...toyClaim, ahead: 'bert', behind: 'joint' };
    expect(judge([...joint, ...bert], [turned])[0]).toMatchObject({
      verdict: 'reverses',
      permutationP: 2 / 252,
    });
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
      verdict: 'inconclusive',
      leaning: 'holds',
      reason: '3 seeds of each arm; a verdict needs 5',
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
    expect(row).toMatchObject({ verdict: 'inconclusive', seedsAhead: 5, seedsBehind: 5 });
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
      seedsAhead: 0,
      reason: 'all 5 seeds of joint have no rtd_auc (and 5 more runs)',
    });
  });

  it('but not for the want of seeds that only one of its arms was to have', () => {
    const more = [...arm('joint', [...ahead, 0.1]), ...bert];
    expect(judge(more)[0]).toMatchObject({ test: 'welch', seedsAhead: 6, seedsBehind: 5 });
    expect(judge(more, [{ ...toyClaim, pairing: 'forked' }])[0]).toMatchObject({
      verdict: 'holds',
      seedsAhead: 5,
      seedsBehind: 5,
    });
  });

  it('where both of its arms are the same runs', () => {
    const experiment = toyExperiment(joint);
    const twin = { ...experiment.arms[0]!, name: 'bert' };
    const byId = new Map(joint.map((record) => [record.runId, record]));
    const both = { ...experiment, arms: [...experiment.arms, twin] };
    const [row] = claimRows(both, byId, measure(joint).measurements, () => undefined);
    expect(row).toMatchObject({ verdict: 'inconclusive', reason: 'both arms have the same runs' });
  });
});

describe('a run that failed to learn', () => {
  const metrics = (value: number) => ({ mlm_accuracy: value });
  const records = [
    ...joint.map((record) => ({ ...record, metrics: metrics(0.2 + record.seed / 1000) })),
    ...bert.map((record) => ({
      ...record,
      metrics: metrics(0.05 + record.seed / 1000),
      status: 'failed-to-learn' as const,
      reason: 'unigram plateau',
    })),
  ];

  it('decides nothing about what came after, and everything about what it failed at', () => {
    const claims = ['downstream', 'task.rte', 'mlm_accuracy'].map((metric) => ({
      ...toyClaim,
      id: metric,
      metric,
    }));
    const rows = judge(records, claims);
    expect(rows.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive', 'holds']);
    expect(rows[0]!.reason).toMatch(/^all 5 seeds of bert failed to learn at this scale/);
  });

  it('obstructs every claim where it crashed', () => {
    const crashed = replaced(records, 1, { status: 'failed', reason: 'loss is NaN at step 7' });
    expect(judge(crashed, [{ ...toyClaim, metric: 'mlm_accuracy' }])[0]!.verdict).toBe('inconclusive');
  });
});

describe('an arm at the floor', () => {
  const withFloor = (
    records: RunRecord[],
    { untrained, trivial }: { untrained?: number; trivial?: number },
  ) =>
    records.map((record) => {
      const rows = record.finetune.map((row) => ({
        ...row,
        ...(trivial !== undefined && { majorityScore: 0.1, bagOfWordsScore: trivial }),
      }));
      const control = (score: number) =>
        toyRow(record.runId, 'rte', 0, score + record.seed / 1000, { checkpointStep: 0 });
      return { ...record, finetune: [...(untrained === undefined ? [] : [control(untrained)]), ...rows] };
    });

  it('decides no claim: one that is not above its untrained encoders', () => {
    const [row] = judge([...joint, ...withFloor(bert, { untrained: 0.52 })]);
    expect(row).toMatchObject({ verdict: 'inconclusive', seedsAhead: 5, meanBehind: 0.524 });
    expect(row!.reason).toBe('bert is at the floor: 52.4\u00a0% against 52.2\u00a0% untrained');
    expect(row).not.toHaveProperty('leaning');
  });

  it('or not above the best trivial baseline, here a bag of words', () => {
    const [row] = judge([...withFloor(joint, { trivial: 0.5 }), ...withFloor(bert, { trivial: 0.53 })]);
    expect(row!.reason).toBe(
      'bert is at the floor: 52.4\u00a0% against 53.0\u00a0% of the best trivial baseline',
    );
  });

  it('decides where it is above both, and where that is what the claim predicts', () => {
    const above = { untrained: 0.4, trivial: 0.45 };
    expect(judge([...withFloor(joint, above), ...withFloor(bert, above)])[0]!.verdict).toBe('holds');
    const predicted = { ...toyClaim, predictsFailureOf: ['bert'] };
    expect(judge([...joint, ...withFloor(bert, { untrained: 0.6 })], [predicted])[0]!.verdict).toBe('holds');
  });

  it('leaves a claim of few seeds to its seeds', () => {
    const few = [...joint, ...withFloor(bert, { untrained: 0.6 })].filter(({ seed }) => seed < 3);
    expect(judge(few)[0]!.reason).toBe('3 seeds of each arm; a verdict needs 5');
  });
});

describe('the claims of an experiment', () => {
  it('are corrected together, those that cannot be tested too', () => {
    const untestable = { ...toyClaim, id: 'no-such-arm', ahead: 'adversarial' };
    const alone = judge([...joint, ...bert])[0]!;
    const [row, other] = judge([...joint, ...bert], [toyClaim, untestable]);
    expect(row!.holmP).toBeCloseTo(2 * alone.tP!, 12);
    expect(other).toMatchObject({ seedsAhead: 0, reason: '0 and 5 seeds of each arm; a verdict needs 5' });
  });

  it('are a family by role: secondary claims neither tighten the primary ones nor are tightened by them', () => {
    const secondary: Claim = { ...toyClaim, id: 'second', metric: 'task.rte', role: 'secondary' };
    const rows = judge([...joint, ...bert], [toyClaim, secondary, { ...secondary, id: 'third' }]);
    expect(rows.map(({ role }) => role)).toEqual(['primary', 'secondary', 'secondary']);
    expect(rows.map(({ holmP, tP }) => Math.round(holmP! / tP!))).toEqual([1, 2, 2]);
  });

  it('are equivalent inside the margin that they declare, and never without one', () => {
    const even = arm('bert', [0.62, 0.61, 0.64, 0.63, 0.65]);
    const verdictOf = (claim: Claim) => judge([...joint, ...even], [claim])[0]!;
    expect(verdictOf({ ...toyClaim, margin: 0.05 })).toMatchObject({ verdict: 'equivalent', margin: 0.05 });
    expect(verdictOf(toyClaim).verdict).toBe('inconclusive');
    expect(verdictOf(toyClaim)).not.toHaveProperty('equivalenceP');
  });
});
