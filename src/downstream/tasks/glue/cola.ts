/** Acceptability: is it a sentence that linguists accept? */
import { glueTask } from './glue-task.ts';

export const cola = glueTask({
  name: 'cola',
  title: 'CoLA: is a sentence acceptable?',
  source:
    'GLUE, Corpus of Linguistic Acceptability (Warstadt et al. 2018; terms of its own, see gluebenchmark.com)',
  labels: ['unacceptable', 'acceptable'],
  metrics: ['matthews'],
  folder: 'CoLA',
  train: { name: 'train.tsv', rows: 8551 },
  dev: { dev: { name: 'dev.tsv', rows: 1043 } },
  test: { test: { name: 'test.tsv', rows: 1063 } },
  columns: ['source', 'label', 'mark', 'sentence'],
  first: 'sentence',
  label: 'label',
  spellings: ['0', '1'],
});
