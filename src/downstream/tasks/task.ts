/** What a downstream task is: labelled texts, or pairs of texts, in a training part and one or more dev parts. */
import type { MetricName } from '../../metrics/scores.ts';

export interface TaskExample {
  first: string;
  /** The other text of a pair. */
  second?: string;
  /** The word in question: its characters in `first`, from and to. Absent where the question is about the whole text. */
  word?: readonly [from: number, to: number];
  /** Examples of one document are no independent observations: standard errors go by documents. */
  document?: string;
  /** Index into the task's labels; the target itself where the task has none (regression). */
  label: number;
  /** The row's own id in its file, for files of predictions; absent: its place. */
  id?: string;
}

export interface Task {
  name: string;
  suite: 'glue' | 'offline' | 'own';
  title: string;
  /** Where the labels come from, with the licence. */
  source: string;
  /** Class names; empty where the label is a number (regression). */
  labels: readonly string[];
  /** Range of a regression's targets, mapped to [0, 1] for training (STS-B: [0, 5]). */
  range?: readonly [number, number];
  /** What dev is scored by; the first is the task's score in averages. */
  metrics: readonly [MetricName, ...MetricName[]];
  /** Positions that hold all but the rarest examples, special tokens included. */
  maxLength: number;
  /** Epochs where the paper departs from finetune.epochs (Table 7: 10 for RTE and STS). */
  epochs?: number;
  /** Pairs whose order means nothing: the reference code can train them in both orders (MRPC, STS-B). */
  isUnordered?: boolean;
  /** Labels made by a rule, not by people. */
  isSynthetic?: boolean;
  /** Of its content, raised when that changes (one's own task: its hash): scores of another version are made anew. */
  version?: string;
  /** The same examples in the same order each time. @throws {DataError} if files are missing or broken */
  load(sources: TaskSources): TaskData;
}

/** Where tasks find files that are not in a package. */
export interface TaskSources {
  /** A folder with GLUE in its official layout: `CoLA/train.tsv`, … */
  glueDir?: string | undefined;
}

export interface TaskData {
  train: TaskExample[];
  /** By name of the part: `dev`; MNLI has `matched` and `mismatched`. The first counts in averages. */
  dev: Record<string, TaskExample[]>;
  /** Unlabelled rows (label −1) by part, where the official test file is there: for files of predictions. */
  test?: Record<string, TaskExample[]>;
}
