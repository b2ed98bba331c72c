/** What a downstream task is: labelled texts, or pairs of texts, in two parts. */

export interface TaskExample {
  first: string;
  /** The other text of a pair. */
  second?: string;
  /** Index into the task's labels. */
  label: number;
}

export interface Task {
  name: string;
  title: string;
  /** Where the labels come from, with the licence. */
  source: string;
  labels: readonly string[];
  /** Positions that hold all but the rarest examples, special tokens included. */
  maxLength: number;
  /** The same examples in the same order each time. @throws {DataError} if the files are missing or broken */
  load(): TaskData;
}

export interface TaskData {
  train: TaskExample[];
  dev: TaskExample[];
}
