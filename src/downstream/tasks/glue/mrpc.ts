/**
 * Paraphrase: do two sentences of the news say the same? The paper scores it by accuracy, GLUE by F1 as
 * well.
 */
import { glueTask } from './glue-task.ts';

export const mrpc = glueTask({
  name: 'mrpc',
  title: 'MRPC: do two news sentences say the same?',
  source:
    'GLUE, Microsoft Research Paraphrase Corpus (Dolan and Brockett 2005; terms of its own, see gluebenchmark.com)',
  labels: ['not_equivalent', 'equivalent'],
  metrics: ['accuracy', 'f1'],
  isUnordered: true,
  folder: 'MRPC',
  train: { name: 'train.tsv', rows: 3668 },
  dev: { dev: { name: 'dev.tsv', rows: 408 } },
  test: { test: { name: 'test.tsv', rows: 1725 } },
  first: '#1 String',
  second: '#2 String',
  label: 'Quality',
  spellings: ['0', '1'],
});
