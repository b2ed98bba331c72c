/** Entailment, a small set from four challenges. Ten epochs, as the paper's Table 7. */
import { glueTask } from './glue-task.ts';

export const rte = glueTask({
  name: 'rte',
  title: 'RTE: does a text entail a sentence?',
  source: 'GLUE, Recognizing Textual Entailment 1, 2, 3 and 5 (terms of its own, see gluebenchmark.com)',
  labels: ['entailment', 'not_entailment'],
  metrics: ['accuracy'],
  epochs: 10,
  folder: 'RTE',
  train: { name: 'train.tsv', rows: 2490 },
  dev: { dev: { name: 'dev.tsv', rows: 277 } },
  test: { test: { name: 'test.tsv', rows: 3000 } },
  first: 'sentence1',
  second: 'sentence2',
  label: 'label',
  id: 'index',
});
