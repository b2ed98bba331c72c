/** finetune.csv: one row per checkpoint, task, part of dev, metric and fine-tuning seed. */
import type { Column } from '../../base/csv.ts';
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

export const finetuneColumns: readonly Column<FinetuneRow>[] = [
  ...checkpointColumns,
  { name: 'task', value: (row) => row.task },
  { name: 'part', value: (row) => row.part },
  { name: 'finetune_seed', value: (row) => row.finetuneSeed },
  { name: 'metric', value: (row) => row.metric },
  { name: 'score', value: (row) => row.score },
  { name: 'majority_score', value: (row) => row.majorityScore },
  { name: 'bag_of_words_score', value: (row) => row.bagOfWordsScore },
  { name: 'head_only_score', value: (row) => row.headOnlyScore },
  { name: 'epochs', value: (row) => row.epochs },
  { name: 'elapsed_seconds', value: (row) => Number(row.elapsedSeconds.toFixed(3)) },
  { name: 'learning_rate', value: (row) => row.learningRate },
  { name: 'read', value: (row) => row.read ?? 'first-token' },
  { name: 'head_first', value: (row) => row.headFirst ?? false },
  { name: 'settings', value: (row) => row.settings },
  { name: 'train_flops', value: (row) => row.trainFlops },
  { name: 'official_flops', value: (row) => row.officialFlops },
];
