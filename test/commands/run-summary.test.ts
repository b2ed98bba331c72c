import { describe, expect, it } from 'vitest';
import { finetuneSummary } from '../../src/commands/run-summary.ts';
import type { MetricName } from '../../src/metrics/scores.ts';
import { toyRow } from '../helpers/toy-results.ts';

const rowOf = (
  arm: string,
  task: string,
  score: number,
  headOnlyScore: number,
  metric: MetricName = 'accuracy',
) => toyRow(arm, task, 0, score, { checkpointStep: 30, epochs: 3, metric, headOnlyScore });

describe('the summary of fine-tuning', () => {
  it('names in one line per checkpoint the tasks that ended below the head alone, by their first metric', () => {
    const lines = finetuneSummary([
      rowOf('joint', 'mrpc', 0.66, 0.69),
      rowOf('joint', 'mrpc', 0.7, 0.8, 'f1'),
      rowOf('joint', 'rte', 0.5, 0.51),
      rowOf('bert', 'mrpc', 0.7, 0.6),
    ]);
    expect(lines.filter((line) => line.startsWith('The recipe failed'))).toEqual([
      'The recipe failed here: joint (step 30) is below the head alone: mrpc 66.0 % (69.0 %), rte 50.0 % (51.0 %).',
    ]);
  });
});
