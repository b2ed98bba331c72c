/** pairs.csv: one row per checkpoint, network, set and paradigm, and rows of means over paradigms. */
import type { Column } from '../../base/csv.ts';
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

export const pairsColumns: readonly Column<PairsRow>[] = [
  ...checkpointColumns,
  { name: 'set', value: (row) => row.set },
  { name: 'paradigm', value: (row) => row.paradigm },
  { name: 'field', value: (row) => row.field },
  { name: 'term', value: (row) => row.term },
  { name: 'network', value: (row) => row.network },
  { name: 'scorer', value: (row) => row.scorer },
  { name: 'pairs', value: (row) => row.pairs },
  { name: 'accuracy', value: (row) => row.accuracy },
  { name: 'ties', value: (row) => row.ties },
  { name: 'standard_error', value: (row) => row.standardError },
  { name: 'unigram_accuracy', value: (row) => row.unigramAccuracy },
  { name: 'bigram_accuracy', value: (row) => row.bigramAccuracy },
  { name: 'version', value: (row) => row.version },
  { name: 'train_flops', value: (row) => row.trainFlops },
  { name: 'official_flops', value: (row) => row.officialFlops },
  { name: 'elapsed_seconds', value: (row) => Number(row.elapsedSeconds.toFixed(3)) },
];
