/** probe.csv: one row per checkpoint, task, part, choice of layers and metric. */
import type { Column } from '../../base/csv.ts';
import { checkpointColumns } from '../checkpoint-columns.ts';

export interface ProbeRow {
  runId: string;
  /** The arm; `<arm>, untrained` for the encoder as it begins. */
  name: string;
  regime: string;
  /** Pre-training seed. */
  seed: number;
  /** 0: untrained. */
  checkpointStep: number;
  task: string;
  part: string;
  /** `all`, or one layer's number. */
  layers: string;
  metric: string;
  /** Absent where the answers define none. */
  score?: number;
  /** Over documents. */
  standardError?: number;
  /** What always answering the commonest training label scores; none of a correlation. */
  majorityScore?: number;
  /** What the word itself gives away, of word tasks. */
  wordIdentityScore?: number;
  bagOfWordsScore?: number;
  /** scikit-learn's C, chosen on a part of the training side. */
  penalty: number;
  /** That the probe was fitted on. */
  examples: number;
  /** Of the recipe and of the task's content. */
  version: string;
  /** Pre-training's, at the checkpoint. */
  trainFlops: number;
  officialFlops: number;
  elapsedSeconds: number;
}

export const probeColumns: readonly Column<ProbeRow>[] = [
  ...checkpointColumns,
  { name: 'task', value: (row) => row.task },
  { name: 'part', value: (row) => row.part },
  { name: 'layers', value: (row) => row.layers },
  { name: 'metric', value: (row) => row.metric },
  { name: 'score', value: (row) => row.score },
  { name: 'standard_error', value: (row) => row.standardError },
  { name: 'majority_score', value: (row) => row.majorityScore },
  { name: 'word_identity_score', value: (row) => row.wordIdentityScore },
  { name: 'bag_of_words_score', value: (row) => row.bagOfWordsScore },
  { name: 'penalty', value: (row) => row.penalty },
  { name: 'examples', value: (row) => row.examples },
  { name: 'version', value: (row) => row.version },
  { name: 'train_flops', value: (row) => row.trainFlops },
  { name: 'official_flops', value: (row) => row.officialFlops },
  { name: 'elapsed_seconds', value: (row) => Number(row.elapsedSeconds.toFixed(3)) },
];
