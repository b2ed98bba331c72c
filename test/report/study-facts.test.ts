import { describe, expect, it } from 'vitest';
import { armsOf } from '../../src/report/figures/series.ts';
import { scaleFacts, scaleWords } from '../../src/report/study-facts.ts';
import { hostileName, madeUpReport } from './made-up-report.ts';

const { experiments, runs } = madeUpReport({ seeds: 2 });
const [experiment] = experiments;
const factsOf = (all: typeof runs) => new Map(scaleFacts(armsOf(experiment!, all), experiment));

describe('the scale that was run', () => {
  it('is what records and configurations hold', () => {
    const facts = factsOf(runs);
    expect(facts.get('Preset')).toBe('quick');
    expect(facts.get('Text')).toBe('made, up; sequences of 64 tokens; a vocabulary of 4,096');
    expect(facts.get('Training')).toBe('2,000 steps of 16 sequences; 2,000,000 tokens');
    expect(facts.get('Downstream score')).toBe(
      'the mean of genre (accuracy), similarity (spearman); fine-tuning seeds: 1',
    );
    expect(facts.get('Pre-training seeds')).toBe('0, 1');
    expect(facts.get('Commit')).toBe('000000000000');
    expect(facts.get('Machine')).toBe('made up, onnx');
    expect(facts.get('Begun')).toBe('2026-11-26');
  });

  it('gives what arms differ in arm by arm', () => {
    const facts = factsOf(runs);
    expect(facts.get('Learning rate')).toBe(`0.002 (joint; bert; two-stage), 0.001 (${hostileName})`);
  });

  it('gives ranges over runs', () => {
    const longer = runs.map((run) =>
      run.regime === 'two-stage' ? { ...run, steps: 4000, tokens: 4040561 } : run,
    );
    expect(factsOf(longer).get('Training')).toBe(
      '2,000 to 4,000 steps of 16 sequences; 2,000,000 to 4,040,000 tokens',
    );
    expect(scaleWords(armsOf(experiment!, longer), experiment)).toBe(
      'quick preset; 2 layers, 128 wide; 2,000 to 4,000 steps',
    );
  });

  it('names no preset where the arms name their own', () => {
    const words = scaleWords(armsOf(experiment!, runs), { ...experiment!, preset: '' });
    expect(words).toBe('2 layers, 128 wide; 2,000 steps');
  });

  it('names the measurement that decides, with the margin within which a difference does not matter', () => {
    const primary = { metric: 'probe.part-of-speech', margin: 0.02, checkpoints: 3 };
    const facts = new Map(scaleFacts(armsOf(experiment!, runs), { ...experiment!, primary }));
    expect(facts.get('Decided by')).toBe(
      'frozen probe of part-of-speech, mean over the last 3 checkpoints; a difference within ±2.0 points does not matter',
    );
    expect(factsOf(runs).has('Decided by')).toBe(false);
  });

  it('leaves out what no run says', () => {
    const bare = runs.map(({ steps: _, tokens: __, gitCommit: ___, ...run }) => ({ ...run, setting: {} }));
    expect([...factsOf(bare).keys()]).toEqual([
      ...['Preset', 'Pre-training seeds', 'Downstream score', 'Machine', 'Begun'],
    ]);
  });
});
