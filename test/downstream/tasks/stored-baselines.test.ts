import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answerByBaselines } from '../../../src/downstream/tasks/answer-scores.ts';
import { storedBaselines } from '../../../src/downstream/tasks/stored-baselines.ts';
import type { Task, TaskData } from '../../../src/downstream/tasks/task.ts';

const folder = mkdtempSync(join(tmpdir(), 'baselines-'));
afterAll(() => rmSync(folder, { recursive: true }));

const task = { labels: ['no', 'yes'] } as unknown as Task;
const dataOf = (word: string): TaskData => ({
  train: [
    { first: 'a good day', label: 1 },
    { first: `a ${word} day`, label: 0 },
  ],
  dev: { dev: [{ first: 'good', label: 1 }] },
});

describe('baselines in the cache', () => {
  it('are what they were when they were made', () => {
    const made = storedBaselines(task, dataOf('bad'), folder);
    expect(made).toEqual(answerByBaselines(task, dataOf('bad')));
    expect(storedBaselines(task, dataOf('bad'), folder)).toEqual(made);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('are other ones for other texts', () => {
    storedBaselines(task, dataOf('dull'), folder);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('are made anew where the file is broken', () => {
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{');
    expect(storedBaselines(task, dataOf('bad'), folder)).toEqual(answerByBaselines(task, dataOf('bad')));
  });
});
