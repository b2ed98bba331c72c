/**
 * Pronouns as entailment. The paper's average leaves it out: its dev examples share sentences with training
 * examples of the opposite label.
 */
import { glueTask } from './glue-task.ts';

export const wnli = glueTask({
  name: 'wnli',
  title: 'WNLI: does a pronoun mean what the second sentence says?',
  source:
    'GLUE, from the Winograd Schema Challenge (Levesque et al. 2012; terms of its own, see gluebenchmark.com)',
  labels: ['not_entailment', 'entailment'],
  metrics: ['accuracy'],
  folder: 'WNLI',
  train: { name: 'train.tsv', rows: 635 },
  dev: { dev: { name: 'dev.tsv', rows: 71 } },
  test: { test: { name: 'test.tsv', rows: 146 } },
  first: 'sentence1',
  second: 'sentence2',
  label: 'label',
  spellings: ['0', '1'],
  id: 'index',
});
