/** finetune.csv: one row per checkpoint, task, part of dev, metric and fine-tuning seed. */
import { type Column, columnsOf, ofMetric, rounded } from '../../base/column.ts';
import type { Reading } from '../../model/classifier.ts';
import { checkpointColumns } from '../checkpoint-columns.ts';
import type { PartScore } from '../tasks/answer-scores.ts';
import type { CellName } from './answers-file.ts';

export interface FinetuneRow extends CellName, PartScore {
  runId: string;
  /** The arm; `<arm>, untrained` for the control. */
  name: string;
  regime: string;
  /** Pre-training seed. */
  seed: number;
  /** Of a task of the user's own. */
  taskVersion?: string;
  learningRate: number;
  epochs: number;
  /** What the head read; absent in records from before there was a choice: `first-token`. */
  read?: Reading;
  /** Whether the head was first fitted on the frozen encoder; absent in the same records: false. */
  headFirst?: boolean;
  /** Pre-training's, at the checkpoint. */
  trainFlops: number;
  officialFlops: number;
  /** Training and answering, the same in all rows of a cell. */
  elapsedSeconds: number;
}

/** What tells a task's score from its other metrics and parts; `results/main-metrics.ts` finds it. */
export type MarkedFinetuneRow = FinetuneRow & { isMainMetric: boolean };

const { text, whole, real, flag } = columnsOf<MarkedFinetuneRow>();

export const finetuneColumns: readonly Column<MarkedFinetuneRow>[] = [
  ...checkpointColumns,
  text('task', 'the task', (row) => row.task),
  text('part', 'the part of its dev set (MNLI has two)', (row) => row.part),
  whole('finetune_seed', '', 'seed of head, data order and dropout', (row) => row.finetuneSeed),
  text('metric', 'what the score is', (row) => row.metric),
  flag(
    'is_main_metric',
    "whether the task counts by this metric and part: a task's first",
    (row) => row.isMainMetric,
  ),
  real('score', ofMetric, 'on dev; empty where the answers define none', (row) => row.score),
  real(
    'majority_score',
    ofMetric,
    'score of always answering the commonest training label',
    (row) => row.majorityScore,
  ),
  real('bag_of_words_score', ofMetric, 'score of a linear model of the words', (row) => row.bagOfWordsScore),
  real(
    'head_only_score',
    ofMetric,
    'score of the head that was fitted on the frozen encoder, if `head_first`',
    (row) => row.headOnlyScore,
  ),
  real('epochs', '', 'passes over the training set', (row) => row.epochs),
  real(
    'elapsed_seconds',
    'seconds',
    'training and answering, the same in all rows of one fine-tuning',
    (row) => rounded(row.elapsedSeconds),
  ),
  real('learning_rate', '', 'its peak', (row) => row.learningRate),
  text(
    'read',
    'what the head read: `first-token`, `mean`, `pair-means` or `word`',
    (row) => row.read ?? 'first-token',
  ),
  flag(
    'head_first',
    'whether the head was fitted on the frozen encoder first',
    (row) => row.headFirst ?? false,
  ),
  text(
    'settings',
    'hash of how fine-tuning was done; compare scores of one hash only',
    (row) => row.settings,
  ),
];
