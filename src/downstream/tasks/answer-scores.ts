/** The scores of a task's dev parts, beside those of baselines without pre-training, whose answers the cache keeps. */
import { join } from 'node:path';
import { sha256 } from '../../base/atomic-files.ts';
import { readOrMake } from '../../base/json-cache.ts';
import { type MetricName, scoreBy } from '../../metrics/scores.ts';
import { bagOfWordsVersion, trainBagOfWords } from '../linear/bag-of-words.ts';
import type { Task, TaskData, TaskExample } from './task.ts';

/** Answers by dev part: [n] class ids, or numbers in the task's range. */
export type Answers = Record<string, Float64Array>;

export interface PartScore {
  part: string;
  metric: MetricName;
  /** Absent where it is undefined: the correlation of a constant. */
  score?: number;
  /** What always answering the commonest training label scores; of a regression, the mean: undefined. */
  majorityScore?: number;
  /** What a bag of words scores. */
  bagOfWordsScore?: number;
  /** What the head scores that was fitted on the frozen encoder, before anything else moved; absent without one. */
  headOnlyScore?: number;
}

/** What each baseline answers, learned from the training examples. */
export interface Baselines {
  majority: Answers;
  bagOfWords: Answers;
}

export function answerByBaselines(task: Task, { train, dev }: TaskData): Baselines {
  const constant = task.labels.length > 0 ? commonestLabel(train) : meanLabel(train);
  const model = trainBagOfWords(task, train);
  const forParts = (answer: (examples: TaskExample[]) => Float64Array): Answers =>
    Object.fromEntries(Object.entries(dev).map(([part, examples]) => [part, answer(examples)]));
  return {
    majority: forParts(({ length }) => new Float64Array(length).fill(constant)),
    bagOfWords: forParts((examples) => model.predict(examples)),
  };
}

/** Every metric of every dev part, in the task's order. */
export function scoreParts(
  { metrics, labels }: Pick<Task, 'metrics' | 'labels'>,
  dev: TaskData['dev'],
  answers: Answers,
  { majority, bagOfWords, headOnly }: Baselines & { headOnly?: Answers | undefined },
): PartScore[] {
  return Object.entries(dev).flatMap(([part, examples]) => {
    const actual = Float64Array.from(examples, ({ label }) => label);
    return metrics.map((metric): PartScore => {
      const of = (predicted: Answers) => scoreBy(metric, predicted[part]!, actual, labels.length);
      return withoutUndefined({
        part,
        metric,
        score: of(answers),
        majorityScore: of(majority),
        bagOfWordsScore: of(bagOfWords),
        ...(headOnly && { headOnlyScore: of(headOnly) }),
      });
    });
  });
}

function withoutUndefined(row: Record<string, unknown>): PartScore {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== undefined),
  ) as unknown as PartScore;
}

function meanLabel(examples: readonly TaskExample[]): number {
  return examples.reduce((sum, { label }) => sum + label, 0) / examples.length;
}

function commonestLabel(examples: readonly TaskExample[]): number {
  const counts = new Map<number, number>();
  for (const { label } of examples) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

/** Read from the cache, or made and written there; a file that is not as it was written is made anew. */
export function storedBaselines(task: Task, data: TaskData, cacheFolder: string): Baselines {
  const content = JSON.stringify([bagOfWordsVersion, task.labels, data.train, data.dev]);
  const path = join(cacheFolder, `baselines-${sha256(content).slice(0, 16)}.json`);
  const answers = readOrMake(path, () => {
    const { majority, bagOfWords } = answerByBaselines(task, data);
    return { majority: plain(majority), bagOfWords: plain(bagOfWords) };
  });
  return { majority: typed(answers.majority), bagOfWords: typed(answers.bagOfWords) };
}

function plain(answers: Answers): Record<string, number[]> {
  return Object.fromEntries(Object.entries(answers).map(([part, values]) => [part, [...values]]));
}

function typed(answers: Record<string, number[]>): Answers {
  return Object.fromEntries(
    Object.entries(answers).map(([part, values]) => [part, Float64Array.from(values)]),
  );
}
