/**
 * Entailment in ten genres: dev `matched` is of the training genres, `mismatched` of others. The reference code
 * reports matched.
 */
import { glueTask } from './glue-task.ts';

export const mnli = glueTask({
  name: 'mnli',
  title: 'MNLI: does a premise entail a hypothesis, contradict it, or neither?',
  source:
    'GLUE, Multi-Genre Natural Language Inference (Williams et al. 2018; terms of its own, see gluebenchmark.com)',
  labels: ['contradiction', 'entailment', 'neutral'],
  metrics: ['accuracy'],
  folder: 'MNLI',
  train: { name: 'train.tsv', rows: 392_702 },
  dev: {
    matched: { name: 'dev_matched.tsv', rows: 9815 },
    mismatched: { name: 'dev_mismatched.tsv', rows: 9832 },
  },
  test: {
    matched: { name: 'test_matched.tsv', rows: 9796 },
    mismatched: { name: 'test_mismatched.tsv', rows: 9847 },
  },
  first: 'sentence1',
  second: 'sentence2',
  label: 'gold_label',
  id: 'index',
});
