/** What verdicts are made of and come to: the rows of summary.csv and claims.csv. */

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
  /** Over how many last checkpoints a run's value is the mean; absent where it is the last one's. */
  checkpoints?: number;
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
