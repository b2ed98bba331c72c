/** probe.csv: one row per checkpoint, task, part, choice of layers and metric. */
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
  majorityScore: number;
  /** What the word itself gives away, of word tasks. */
  wordIdentityScore?: number;
  bagOfWordsScore?: number;
  /** Of the L2 norm, chosen on a part of the training side. */
  penalty: number;
  examples: number;
  version: string;
  /** Pre-training's, at the checkpoint. */
  trainFlops: number;
  officialFlops: number;
  elapsedSeconds: number;
}
