import { describe, expect, it } from 'vitest';
import { computeWords, frozenNote, predictorNote } from '../../src/report/explanations.ts';
import type { Arm } from '../../src/report/figures/series.ts';
import type { Predictor, RunReport } from '../../src/report/report-data.ts';
import type { ClaimRow } from '../../src/report/verdict-rows.ts';

const run = (regime: string, predictor?: Predictor) =>
  ({ regime, setting: predictor ? { predictor } : {} }) as RunReport;
const arm = (name: string, one: RunReport) => ({ name, runs: [one] }) as unknown as Arm;

const joint = run('joint', { network: 'generator', kind: 'network', size: 0.5, learns: 'always' });
const bert = run('bert', { network: 'bert', kind: 'network', size: 1, learns: 'always' });
const twoStage = run('two-stage', {
  network: 'generator',
  kind: 'network',
  size: 1,
  learns: 'before the last stage',
});
const unigram = run('joint', { network: 'generator', kind: 'unigram', size: 0.5, learns: 'never' });

describe('the network that predicts masked tokens', () => {
  it('is named with its size, arm by arm', () => {
    const arms = [arm('joint', joint), arm('bert', bert), arm('two-stage', twoStage), arm('u', unigram)];
    expect(predictorNote(arms)).toBe(
      'Masked tokens are predicted by a generator 0.5 times as wide as the main network (joint), BERT itself (bert), a generator as wide as the main network (two-stage), a unigram table in place of a generator (u).',
    );
    expect(predictorNote([arm('old', run('joint'))])).toBe('');
  });

  it('is said to be frozen where a curve would end flat', () => {
    expect(frozenNote([joint, bert, twoStage, twoStage])).toBe(
      'The generator of two-stage is frozen in the last stage: from there on, its curves of masked tokens are flat.',
    );
    const annealed = run('frozen-annealed', { ...twoStage.setting.predictor!, learns: 'never' });
    expect(frozenNote([annealed])).toBe('The generator of frozen-annealed is frozen throughout.');
    expect(frozenNote([joint, unigram, run('joint')])).toBe('');
  });
});

const claim = {
  ahead: 'joint',
  behind: 'two-stage',
  stepsAhead: 4000,
  stepsBehind: 8000,
  tokensAhead: 4.04e6,
  tokensBehind: 8.08e6,
  trainFlopsAhead: 1.5e13,
  trainFlopsBehind: 2.25e13,
  officialFlopsAhead: 2.8e13,
  officialFlopsBehind: 4.2e13,
} as ClaimRow;

describe('what each side of a claim had of training', () => {
  it('is steps, tokens and both counts of FLOPs, and how many times as much the dearer one took', () => {
    // 2.25 / 1.5
    expect(computeWords(claim)).toBe(
      'joint 4,000 steps, 4.04 million tokens, 1.50e13 FLOPs (2.80e13 as the paper counts); two-stage 8,000 steps, 8.08 million tokens, 2.25e13 FLOPs (4.20e13 as the paper counts); two-stage took 1.50 times the FLOPs',
    );
    expect(computeWords({ ...claim, trainFlopsBehind: 0.75e13 })).toMatch(
      /; joint took 2\.00 times the FLOPs$/,
    );
  });

  it('says no ratio where they had the same', () => {
    expect(computeWords({ ...claim, trainFlopsBehind: 1.54e13 })).not.toContain('times');
  });

  it('leaves out what is not known, and is nothing without FLOPs', () => {
    const {
      tokensAhead: _,
      tokensBehind: __,
      officialFlopsAhead: ___,
      officialFlopsBehind: ____,
      ...few
    } = claim;
    expect(computeWords(few)).toMatch(
      /^joint 4,000 steps, 1\.50e13 FLOPs; two-stage 8,000 steps, 2\.25e13 FLOPs;/,
    );
    const { trainFlopsBehind: _____, ...none } = claim;
    expect(computeWords(none)).toBe('');
  });
});
