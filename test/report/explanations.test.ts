import { describe, expect, it } from 'vitest';
import { frozenNote, predictorNote } from '../../src/report/explanations.ts';
import type { Arm } from '../../src/report/figures/series.ts';
import type { Predictor, RunReport } from '../../src/report/report-data.ts';

const run = (regime: string, predictor?: Predictor) =>
  ({ regime, setting: predictor ? { predictor } : {} }) as RunReport;
const arm = (name: string, one: RunReport) => ({ name, runs: [one] }) as unknown as Arm;

const joint = run('joint', { network: 'generator', kind: 'network', size: 0.5, learns: 'always' });
const bert = run('bert', { network: 'bert', kind: 'network', size: 1, learns: 'always' });
const twoStage = run('two-stage', {
  ...{ network: 'generator', kind: 'network', size: 1, learns: 'before the last stage' },
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
