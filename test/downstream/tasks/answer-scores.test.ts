import { describe, expect, it } from 'vitest';
import { answerByBaselines, scoreParts } from '../../../src/downstream/tasks/answer-scores.ts';
import type { Task, TaskData } from '../../../src/downstream/tasks/task.ts';

const taskOf = (more: Partial<Task>) => ({ labels: ['no', 'yes'], metrics: ['accuracy'], ...more }) as Task;
const rows = (...labels: number[]) => labels.map((label) => ({ first: `text ${label}`, label }));
const constant = (length: number, value: number) => new Float64Array(length).fill(value);
const noBaselines = (dev: TaskData['dev']) => {
  const answers = Object.fromEntries(
    Object.entries(dev).map(([part, { length }]) => [part, constant(length, 0)]),
  );
  return { majority: answers, bagOfWords: answers };
};

describe('the scores of a task', () => {
  it('are every metric of every part, in order', () => {
    const dev = { matched: rows(1, 1, 0, 0), mismatched: rows(1, 0) };
    const answers = { matched: Float64Array.of(1, 0, 0, 0), mismatched: Float64Array.of(0, 1) };
    const task = taskOf({ metrics: ['accuracy', 'f1'] });
    const scores = scoreParts(task, dev, answers, noBaselines(dev));
    expect(scores.map(({ part, metric, score }) => [part, metric, score])).toEqual([
      ['matched', 'accuracy', 3 / 4],
      ['matched', 'f1', (2 * 1) / (1 + 2)],
      ['mismatched', 'accuracy', 0],
      ['mismatched', 'f1', 0],
    ]);
  });

  it('are empty, not 0, where a correlation is of a constant', () => {
    const dev = { dev: [1, 2, 3].map((label) => ({ first: '', label })) };
    const task = taskOf({ labels: [], metrics: ['spearman', 'pearson'] });
    const scores = scoreParts(task, dev, { dev: constant(3, 2) }, noBaselines(dev));
    expect(scores).toEqual([
      { part: 'dev', metric: 'spearman' },
      { part: 'dev', metric: 'pearson' },
    ]);
  });
});

describe('the baselines', () => {
  it('answer the commonest training label, and what words alone say', () => {
    const data = { train: rows(1, 1, 0), dev: { dev: rows(0, 0, 1) } };
    const { majority, bagOfWords } = answerByBaselines(taskOf({}), data);
    expect([...majority.dev!]).toEqual([1, 1, 1]);
    expect([...bagOfWords.dev!]).toEqual([0, 0, 1]);
  });

  it('answer the mean where the label is a number, which has no correlation', () => {
    const data = { train: rows(1, 2, 6), dev: { dev: rows(1, 6) } };
    const task = taskOf({ labels: [], metrics: ['spearman'] });
    const baselines = answerByBaselines(task, data);
    expect([...baselines.majority.dev!]).toEqual([3, 3]);
    const [score] = scoreParts(task, data.dev, { dev: Float64Array.of(1, 6) }, baselines);
    expect(score!.score).toBeCloseTo(1, 12);
    expect(score).not.toHaveProperty('majorityScore');
  });

  it('score the commonest label by the metric of the task: F1 is high, Matthews is 0', () => {
    const data = { train: rows(1, 1, 0), dev: { dev: rows(1, 1, 0) } };
    const task = taskOf({ metrics: ['f1', 'matthews'] });
    const scores = scoreParts(task, data.dev, { dev: constant(3, 0) }, answerByBaselines(task, data));
    expect(scores.map(({ majorityScore }) => majorityScore)).toEqual([(2 * 2) / (3 + 2), 0]);
  });
});
