/** Question and sentence: does the sentence answer the question? Of the second release (QNLIv2). */
import { glueTask } from './glue-task.ts';

export const qnli = glueTask({
  name: 'qnli',
  title: 'QNLI: does a sentence answer a question?',
  source: 'GLUE, from SQuAD (Rajpurkar et al. 2016; terms of its own, see gluebenchmark.com)',
  labels: ['entailment', 'not_entailment'],
  metrics: ['accuracy'],
  folder: 'QNLI',
  train: { name: 'train.tsv', rows: 104_743 },
  dev: { dev: { name: 'dev.tsv', rows: 5463 } },
  test: { test: { name: 'test.tsv', rows: 5463 } },
  first: 'question',
  second: 'sentence',
  label: 'label',
  id: 'index',
});
