/** pairs.csv: one row per checkpoint, network, set and paradigm, and rows of means over paradigms. */
export interface PairsRow {
  runId: string;
  /** The arm; `<arm>, untrained` for its networks as they begin. */
  name: string;
  regime: string;
  /** Pre-training seed. */
  seed: number;
  /** 0: untrained. */
  checkpointStep: number;
  set: string;
  /** One paradigm, or `all` of a field or a term, which are `all` too where the mean is over everything. */
  paradigm: string;
  field: string;
  term: string;
  network: string;
  scorer: 'pseudo-log-likelihood' | 'original-log-probability';
  pairs: number;
  /** A tie is half a pair. */
  accuracy: number;
  ties: number;
  standardError: number;
  unigramAccuracy: number;
  bigramAccuracy: number;
  version: string;
  /** Pre-training's, at the checkpoint. */
  trainFlops: number;
  officialFlops: number;
  elapsedSeconds: number;
}
