/** What a report shows: typed rows, read from a results folder elsewhere; nothing here knows of files or training. */

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
  arms: ArmReport[];
  /** What `downstream` is the mean of, each with the metric that counts. */
  tasks: { name: string; metric: string }[];
  /** By run, checkpoint by checkpoint: the mean over the tasks that all runs of this experiment have. */
  averages: Record<string, ScoreReport[]>;
  claims: ClaimRow[];
  summary: SummaryRow[];
}

export interface ArmReport {
  name: string;
  /** Coordinates in the experiment's grid, such as `generator.size` → 0.25. */
  coordinates: Record<string, string | number | boolean>;
  /** One per pre-training seed; of runs that are not there yet, none. */
  runIds: string[];
}

/** One arm × metric over pre-training seeds: a row of summary.csv. */
export interface SummaryRow {
  experiment: string;
  arm: string;
  /** `downstream`, `task.<name>`, or a measurement's column in runs.csv. */
  metric: string;
  /** Pre-training seeds; runs without the metric do not count. */
  n: number;
  /** Of them, runs marked failed-to-learn. */
  failedToLearn: number;
  /** How many scores of fine-tuning are behind each seed's value; absent for other metrics. */
  finetuneSeeds?: number;
  mean?: number;
  median?: number;
  standardDeviation?: number;
  /** 95 %, Student's t over seeds; absent below two seeds. */
  intervalLow?: number;
  intervalHigh?: number;
  /** Of downstream scores, where they are known: the mean of what the arm's own encoders score before any training. */
  untrained?: number;
  /** The best of what needs no network. */
  trivial?: number;
  /** Whether the arm is not significantly above both of them, as far as they are known. */
  isAtFloor?: boolean;
  /** The experiment's first arm, which the differences are taken from; absent in its own row. */
  comparedWith?: string;
  /** `paired` where the runs of both were forked from one parent. */
  comparison?: 'welch' | 'paired';
  difference?: number;
  differenceLow?: number;
  differenceHigh?: number;
}

export type Verdict = 'holds' | 'reverses' | 'equivalent' | 'inconclusive';

/** One claim of the paper at the scale that was run: a row of claims.csv. */
export interface ClaimRow {
  experiment: string;
  id: string;
  /** `primary`: by the measurement that the experiment named beforehand; each role is corrected for by itself. */
  role: 'primary' | 'secondary';
  /** The claim in words. */
  claim: string;
  /** The arms compared: the paper puts the first ahead. */
  ahead: string;
  behind: string;
  metric: string;
  /** The difference, either way, that the experiment declared not to matter; in the metric's own unit. */
  margin?: number;
  /** Section, table or figure. */
  source: string;
  /** Whether the source prints numbers for it or only says so. */
  basis: 'number' | 'words';
  /** As the source prints them, in its own unit; never compared with ours. */
  paperAhead?: number;
  paperBehind?: number;
  paperUnit?: string;
  /** What another source says of the same, such as "54 against 65 (a reading note)". */
  otherSource?: string;
  /** How the arms are compared: over pairs of runs forked from one parent, or as independent ones. */
  test: 'welch' | 'paired';
  /** Pre-training seeds behind the comparison; of pairs, twice the same. */
  seedsAhead: number;
  seedsBehind: number;
  meanAhead?: number;
  meanBehind?: number;
  deviationAhead?: number;
  deviationBehind?: number;
  /** Of the means, positive on the paper's side whichever way the metric points. */
  difference?: number;
  standardError?: number;
  /** Of Student's t; a fraction for Welch's test. */
  degrees?: number;
  /** 95 %, Student's t, of the difference. */
  intervalLow?: number;
  intervalHigh?: number;
  /** The same at Holm's level for this claim among its family. */
  correctedLow?: number;
  correctedHigh?: number;
  /** Two-sided, of no difference. */
  tP?: number;
  /** Adjusted by Holm. */
  holmP?: number;
  /** Of a difference as large as the margin: what lies inside the margin where the claim is equivalent, at Holm's level. */
  equivalenceLow?: number;
  equivalenceHigh?: number;
  equivalenceP?: number;
  equivalenceHolmP?: number;
  /** Sign flips of pairs, else runs dealt to the arms by chance. */
  permutationP?: number;
  /** The Multi-Bootstrap's 95 % interval, over seeds and dev examples. */
  bootstrapLow?: number;
  bootstrapHigh?: number;
  verdict: Verdict;
  /** Why it is inconclusive. */
  reason?: string;
  /** Which way an inconclusive difference points. */
  leaning?: 'holds' | 'reverses';
  /** Of each arm, for this test to find this difference with probability 0.8, at this difference and spread. */
  seedsRequired?: number;
  /** What each arm's training cost, means over its runs that came to their end. */
  stepsAhead?: number;
  stepsBehind?: number;
  tokensAhead?: number;
  tokensBehind?: number;
  trainFlopsAhead?: number;
  trainFlopsBehind?: number;
  officialFlopsAhead?: number;
  officialFlopsBehind?: number;
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
  /** `downstream`: the mean over the tasks that are averaged; or `task.<name>`, its first metric. */
  metric: string;
  score: number;
  /** How fine-tuning was done, as a hash: scores of one hash belong together. */
  settings?: string;
  /** What a linear model of the words scores. */
  bagOfWordsScore?: number;
  majorityScore?: number;
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
