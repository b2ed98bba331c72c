import { describe, expect, it } from 'vitest';
import { isLowerBetter, measure, metricsOf } from '../../src/analysis/metric-values.ts';
import { toyRecord, toyRow } from '../helpers/toy-results.ts';

describe('measure', () => {
  it('takes the median over fine-tuning seeds, and the mean of the medians over tasks', () => {
    const { measurements } = measure([
      toyRecord('joint', 0, { rte: [0.5, 0.9, 0.6], cola: [0.2, 0.3, 0.1] }),
    ]);
    const run = measurements.get('joint-s0')!;
    expect(run.get('task.rte')).toEqual({ value: 0.6, finetuneSeeds: 3 });
    expect(run.get('downstream')).toEqual({ value: (0.6 + 0.2) / 2, finetuneSeeds: 3 });
  });

  it('averages over the tasks that all runs of the experiment have, and says which', () => {
    const { tasks, measurements } = measure([
      toyRecord('joint', 0, { rte: [0.6], cola: [0.2], mrpc: [0.9], supersense: [0.7] }),
      toyRecord('bert', 0, { rte: [0.5], cola: [0.3] }),
    ]);
    expect(tasks).toEqual(['rte', 'cola']);
    expect(measurements.get('joint-s0')!.get('downstream')!.value).toBe((0.6 + 0.2) / 2);
    expect(measurements.get('joint-s0')!.get('task.supersense')!.value).toBe(0.7);
  });

  it('has no average of a run whose answers to one of the tasks define no score', () => {
    const { tasks, measurements } = measure([
      toyRecord('joint', 0, { rte: [0.6], mrpc: [0.9] }),
      toyRecord('bert', 0, { rte: [0.5], mrpc: [undefined] }),
    ]);
    expect(tasks).toEqual(['rte', 'mrpc']);
    expect(measurements.get('joint-s0')!.get('downstream')!.value).toBe((0.6 + 0.9) / 2);
    expect(measurements.get('bert-s0')!.has('downstream')).toBe(false);
    expect(measurements.get('bert-s0')!.has('task.mrpc')).toBe(false);
  });

  it("takes the last checkpoint and the run's own settings only", () => {
    const record = toyRecord('joint', 0, { rte: [0.6] });
    record.finetune.unshift(
      toyRow('joint-s0', 'rte', 0, 0.1, { checkpointStep: 15 }),
      toyRow('joint-s0', 'rte', 0, 0.2, { settings: 'other' }),
    );
    expect(measure([record]).measurements.get('joint-s0')!.get('task.rte')).toEqual({
      value: 0.6,
      finetuneSeeds: 1,
    });
  });

  it('has the last evaluation and the cost beside the scores, in a fixed order', () => {
    const metrics = { rtd_auc: 0.7, own_metric: 1, mlm_loss: 4 };
    const { measurements } = measure([toyRecord('joint', 0, { rte: [0.6] }, { metrics })]);
    expect(metricsOf(measurements)).toEqual([
      'downstream',
      'task.rte',
      'mlm_loss',
      'rtd_auc',
      'own_metric',
      'tokens',
      'train_flops',
      'official_flops',
      'elapsed_seconds',
    ]);
    expect(measurements.get('joint-s0')!.get('train_flops')).toEqual({ value: 1000 });
  });

  it('has nothing of runs that did not come to their end', () => {
    const failed = toyRecord('bert', 0, { cola: [0.5] }, { status: 'failed' });
    const { tasks, measurements } = measure([toyRecord('joint', 0, { rte: [0.6] }), failed]);
    expect(tasks).toEqual(['rte']);
    expect([...measurements.keys()]).toEqual(['joint-s0']);
  });

  it('does not lose the average to a run that was not fine-tuned', () => {
    const { measurements } = measure([toyRecord('joint', 0, { rte: [0.6] }), toyRecord('generator', 0)]);
    expect(measurements.get('joint-s0')!.get('downstream')!.value).toBe(0.6);
    expect(measurements.get('generator-s0')!.has('downstream')).toBe(false);
  });
});

describe('isLowerBetter', () => {
  it.each(['mlm_loss', 'rtd_loss', 'rtd_common_loss', 'train_flops', 'elapsed_seconds'])('%s', (metric) =>
    expect(isLowerBetter(metric)).toBe(true),
  );
  it.each(['downstream', 'task.rte', 'mlm_accuracy', 'rtd_auc', 'mlm_entropy'])('not %s', (metric) =>
    expect(isLowerBetter(metric)).toBe(false),
  );
});
