/**
 * Duplicates: do two questions on Quora ask the same? The paper scores it by accuracy, GLUE by F1 as well.
 *
 * The first release of train.tsv breaks some records over lines; what is not six columns is left out, which leaves
 * 363,849 rows. The cleaned release has three fewer.
 *
 * @source 363,849: tensorflow/datasets docs/catalog/glue.md; 363,846: huggingface/datasets dataset_infos.json
 */
import { glueTask } from './glue-task.ts';

export const qqp = glueTask({
  name: 'qqp',
  title: 'QQP: do two questions ask the same thing?',
  source: 'GLUE, Quora Question Pairs (Iyer et al. 2017; terms of its own, see gluebenchmark.com)',
  labels: ['not_duplicate', 'duplicate'],
  metrics: ['accuracy', 'f1'],
  folder: 'QQP',
  train: { name: 'train.tsv', rows: [363_846, 363_849] },
  dev: { dev: { name: 'dev.tsv', rows: 40_430 } },
  test: { test: { name: 'test.tsv', rows: 390_965 } },
  skipsMalformed: true,
  first: 'question1',
  second: 'question2',
  label: 'is_duplicate',
  spellings: ['0', '1'],
  id: 'id',
});
