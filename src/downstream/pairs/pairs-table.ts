/** pairs.csv: one row per checkpoint, network, set and paradigm, and rows of means over paradigms. */
import { type Column, columnsOf, rounded } from '../../base/column.ts';
import { checkpointColumns } from '../checkpoint-columns.ts';
import type { AccuracyOf } from './accuracy.ts';
import type { ScorerName } from './sentence-scores.ts';

/** What needs no network, on the same pairs. */
export interface PairBaselines {
  /** Of a unigram model of the run's training text. */
  unigramAccuracy: number;
  /** Of a bigram model of it. */
  bigramAccuracy: number;
}

export interface PairsRow extends AccuracyOf, PairBaselines {
  runId: string;
  /** The arm; `<arm>, untrained` for its networks as they begin. */
  name: string;
  regime: string;
  /** Pre-training seed. */
  seed: number;
  /** 0: untrained. */
  checkpointStep: number;
  set: string;
  network: string;
  scorer: ScorerName;
  /** Which pairs, and how they are scored. */
  version: string;
  /** Pre-training's, at the checkpoint. */
  trainFlops: number;
  officialFlops: number;
  /** Of scoring the whole set, the same in all of its rows. */
  elapsedSeconds: number;
}

const { text, whole, real } = columnsOf<PairsRow>();

export const pairsColumns: readonly Column<PairsRow>[] = [
  ...checkpointColumns,
  text('set', '`offline` or `blimp`', (row) => row.set),
  text(
    'paradigm',
    'what the pairs differ in; `all` in rows that are means over paradigms',
    (row) => row.paradigm,
  ),
  text('field', "the paradigm's field; `all` likewise", (row) => row.field),
  text('term', "the paradigm's term; `all` likewise", (row) => row.term),
  text('network', 'the network that scored the sentences', (row) => row.network),
  text('scorer', 'how it scored them', (row) => row.scorer),
  whole('pairs', 'pairs', 'how many were scored', (row) => row.pairs),
  real(
    'accuracy',
    'fraction',
    'pairs whose better sentence scores higher; a tie is half a pair',
    (row) => row.accuracy,
  ),
  whole('ties', 'pairs', 'exact ties', (row) => row.ties),
  real('standard_error', 'fraction', 'of the accuracy, over pairs', (row) => row.standardError),
  real(
    'unigram_accuracy',
    'fraction',
    'of the same pairs, scored by token frequencies of the training text',
    (row) => row.unigramAccuracy,
  ),
  real(
    'bigram_accuracy',
    'fraction',
    'of the same pairs, scored by frequencies of two tokens in a row',
    (row) => row.bigramAccuracy,
  ),
  text('version', 'which pairs, and how they are scored', (row) => row.version),
  real('elapsed_seconds', 'seconds', 'for the whole set', (row) => rounded(row.elapsedSeconds)),
];
