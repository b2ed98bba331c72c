/** Similarity: how alike in meaning are two sentences, from 0 to 5? Ten epochs, as the paper's Table 7. */
import { glueTask } from './glue-task.ts';

export const stsB = glueTask({
  name: 'sts-b',
  title: 'STS-B: how alike in meaning are two sentences?',
  source:
    'GLUE, Semantic Textual Similarity Benchmark (Cer et al. 2017; terms of its own, see gluebenchmark.com)',
  labels: [],
  range: [0, 5],
  metrics: ['spearman', 'pearson'],
  epochs: 10,
  isUnordered: true,
  folder: 'STS-B',
  train: { name: 'train.tsv', rows: 5749 },
  dev: { dev: { name: 'dev.tsv', rows: 1500 } },
  test: { test: { name: 'test.tsv', rows: 1379 } },
  first: 'sentence1',
  second: 'sentence2',
  label: 'score',
  id: 'index',
});
