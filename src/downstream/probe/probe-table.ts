/** probe.csv: one row per checkpoint, task, part, choice of layers and metric. */
import { type Column, columnsOf, ofMetric, rounded } from '../../base/column.ts';
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

/** See `MarkedFinetuneRow`. */
export type MarkedProbeRow = ProbeRow & { isMainMetric: boolean };

const { text, whole, real, flag } = columnsOf<MarkedProbeRow>();

export const probeColumns: readonly Column<MarkedProbeRow>[] = [
  ...checkpointColumns,
  text('task', 'the task', (row) => row.task),
  text('part', 'the part of its dev set', (row) => row.part),
  text(
    'layers',
    'what the linear model read: `all` layers side by side, by which a task counts, or one layer; 0 is the embeddings',
    (row) => row.layers,
  ),
  text('metric', 'what the score is', (row) => row.metric),
  flag(
    'is_main_metric',
    'whether the task counts by this row: its first metric on its first part, of all layers',
    (row) => row.isMainMetric,
  ),
  real('score', ofMetric, 'on dev; empty where the answers define none', (row) => row.score),
  real('standard_error', ofMetric, 'of the score, over documents', (row) => row.standardError),
  real(
    'majority_score',
    ofMetric,
    'score of always answering the commonest training label',
    (row) => row.majorityScore,
  ),
  real(
    'word_identity_score',
    ofMetric,
    "score of the word's commonest class, whatever its sentence; for tasks about a word",
    (row) => row.wordIdentityScore,
  ),
  real('bag_of_words_score', ofMetric, 'score of a linear model of the words', (row) => row.bagOfWordsScore),
  real('penalty', '', "scikit-learn's C, chosen on a fifth of the training side", (row) => row.penalty),
  whole('examples', 'examples', 'what the linear model was fitted on', (row) => row.examples),
  text('version', "of the recipe and the task's content", (row) => row.version),
  real('elapsed_seconds', 'seconds', 'for the whole task', (row) => rounded(row.elapsedSeconds)),
];
