/** What a report shows: typed rows, read from a results folder elsewhere; nothing here knows of files or training. */
import type { ClaimRow, SummaryRow } from './verdict-rows.ts';

/** Which figure of the paper an experiment redraws. */
export const figureKinds = [
  'training-algorithms',
  'generator-size',
  'objectives',
  'weight-tying',
  'efficiency',
] as const;
export type FigureKind = (typeof figureKinds)[number];

export interface ReportData {
  /** The results folder's name. */
  title: string;
  experiments: ExperimentReport[];
  /** Every run of the folder, in the order of the ids; tuning runs too. */
  runs: RunReport[];
}

export interface ExperimentReport {
  name: string;
  title: string;
  /** What is compared, in one sentence. */
  claim: string;
  /** What was typed. */
  command: string;
  /** The preset that every arm extends. */
  preset: string;
  figure?: FigureKind;
  /** What it is decided by, if its file names that. */
  primary?: PrimaryReport;
  arms: ArmReport[];
  /** What `downstream` is the mean of, each with the metric that counts. */
  tasks: { name: string; metric: string }[];
  /** By run, checkpoint by checkpoint: the mean over the tasks that all runs of this experiment have. */
  averages: Record<string, ScoreReport[]>;
  claims: ClaimRow[];
  summary: SummaryRow[];
}

/** The measurement named beforehand. */
export interface PrimaryReport {
  metric: string;
  /** The difference, either way, that would not matter. */
  margin: number;
  /** The last checkpoints that a run's value is the mean over. */
  checkpoints: number;
}

export interface ArmReport {
  name: string;
  /** Coordinates in the experiment's grid, such as `generator.size` → 0.25. */
  coordinates: Record<string, string | number | boolean>;
  /** One per pre-training seed; of runs that are not there yet, none. */
  runIds: string[];
}

export interface RunReport {
  runId: string;
  /** The arm's name when it was trained. */
  name: string;
  regime: string;
  seed: number;
  status: string;
  reason?: string;
  warnings: string[];
  steps?: number;
  tokens?: number;
  trainFlops?: number;
  officialFlops?: number;
  elapsedSeconds?: number;
  peakMemoryBytes?: number;
  parameters: number;
  engine: string;
  cpu: string;
  gitCommit?: string;
  /** Whether tracked files differed from that commit. */
  gitIsDirty?: boolean;
  /** When the run began, in ISO 8601. */
  startedAt?: string;
  setting: RunSetting;
  /** The last evaluation, by column of runs.csv. */
  metrics: Record<string, number>;
  /**
   * The median over fine-tuning seeds, by checkpoint: of the run's own settings, and of tasks that only another setting
   * has scored.
   */
  scores: ScoreReport[];
  /** Accuracies on minimal pairs, of the untrained networks and of the last checkpoint; absent where none were scored. */
  pairs?: PairsReport[];
  /** Held-out sentences as its networks read them; absent where its weights were never at hand. */
  text?: TextToken[][];
  /** Of the keys of its configuration in which the folder's runs differ, its own values. */
  differing?: Record<string, string>;
  /** The whole configuration, as YAML. */
  config: string;
  /** What would make this run again. */
  command: string;
  /** By metric, in the order of the steps; long ones thinned, peaks kept. */
  curves: Record<string, CurvePoint[]>;
}

/** What a reader must know of a run's configuration; older ones may lack some of it. */
export interface RunSetting {
  corpora?: string[];
  vocabularySize?: number;
  /** In tokens. */
  sequenceLength?: number;
  /** Of the main network: the discriminator, or BERT. */
  layers?: number;
  hidden?: number;
  learningRate?: number;
  /** In sequences. */
  batchSize?: number;
  finetuneSeeds?: number;
  predictor?: Predictor;
}

/** The network whose prediction of masked tokens is measured. */
export interface Predictor {
  /** `generator`, or the main network's name. */
  network: string;
  /** What the generator is: `network`, or a table such as `unigram`. */
  kind: string;
  /** Its width as a fraction of the main network's. */
  size: number;
  /** The stages in which its weights move. */
  learns: 'always' | 'before the last stage' | 'never';
}

export interface ScoreReport {
  checkpointStep: number;
  trainFlops: number;
  officialFlops: number;
  /**
   * `downstream`: the mean over the tasks that are averaged; `task.<name>` and `probe.<task>`: the first metric;
   * `pairs.<set>` and `pairs.<set>.<term>`: accuracy.
   */
  metric: string;
  score: number;
  /** How fine-tuning was done, as a hash: scores of one hash belong together. */
  settings?: string;
  /** What a linear model of the words scores. */
  bagOfWordsScore?: number;
  majorityScore?: number;
  /** What the word in question gives away by itself, of probes that ask about a word. */
  wordIdentityScore?: number;
  /** What models of token frequencies score on minimal pairs. */
  unigramScore?: number;
  bigramScore?: number;
  /** What the head scored that was fitted on the frozen encoder, where fine-tuning began with one. */
  headOnlyScore?: number;
  /** Fine-tuning seeds that the score is the median of, and the lowest and highest among them. */
  finetuneSeeds?: number;
  lowest?: number;
  highest?: number;
  /** What an average is taken over. */
  tasks?: readonly string[];
}

/** How often a network prefers the better of two sentences: a row of pairs.csv. */
export interface PairsReport {
  /** 0: untrained. */
  checkpointStep: number;
  set: string;
  /** `all` in a mean over paradigms; so is the term in one over all, or over a field. */
  paradigm: string;
  field: string;
  term: string;
  network: string;
  scorer: string;
  accuracy: number;
  unigramAccuracy: number;
  bigramAccuracy: number;
}

export interface CurvePoint {
  step: number;
  tokens: number;
  trainFlops: number;
  value: number;
}

/** A token of a sentence: what stood there, what the generator drew for it, what the discriminator says of that. */
export interface TextToken {
  token: string;
  /** Of a masked place. */
  sample?: TextGuess;
  /** The likeliest first. */
  best?: TextGuess[];
  /** The probability that the token was replaced; absent without a discriminator. */
  replaced?: number;
}

export interface TextGuess {
  token: string;
  /** In [0, 1]. */
  prob: number;
}
