/** Sentiment: does a reviewer like the film? */
import { glueTask } from './glue-task.ts';

export const sst2 = glueTask({
  name: 'sst-2',
  title: 'SST-2: is a phrase from a film review positive?',
  source: 'GLUE, Stanford Sentiment Treebank (Socher et al. 2013; terms of its own, see gluebenchmark.com)',
  labels: ['negative', 'positive'],
  metrics: ['accuracy'],
  folder: 'SST-2',
  train: { name: 'train.tsv', rows: 67_349 },
  dev: { dev: { name: 'dev.tsv', rows: 872 } },
  test: { test: { name: 'test.tsv', rows: 1821 } },
  first: 'sentence',
  label: 'label',
  spellings: ['0', '1'],
});
