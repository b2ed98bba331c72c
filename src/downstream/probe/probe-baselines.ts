/** What scores without an encoder on the same examples: the commonest label, the word itself, a bag of words. */
import { groupBy } from '../../base/group.ts';
import { type MetricName, scoreBy } from '../../metrics/scores.ts';
import { storedBaselines } from '../tasks/answer-scores.ts';
import type { Task, TaskData, TaskExample } from '../tasks/task.ts';
import type { ProbeRow } from './probe-table.ts';

type BaselineScores = Pick<ProbeRow, 'majorityScore' | 'wordIdentityScore' | 'bagOfWordsScore'>;

/** @returns the scores of a part by a metric; one that is undefined is left out */
export function baselinesOf(
  task: Task,
  { train, dev }: TaskData,
  cacheFolder: string,
): (of: { part: string; metric: MetricName }) => BaselineScores {
  const asksOfWord = train[0]?.word !== undefined;
  const { majority, bagOfWords } = asksOfWord
    ? { majority: commonest(train, dev), bagOfWords: undefined }
    : storedBaselines(task, { train, dev }, cacheFolder);
  const byWord = asksOfWord ? commonestOfWord(train) : undefined;
  return ({ part, metric }) => {
    const examples = dev[part]!;
    const actual = Float64Array.from(examples, ({ label }) => label);
    const scoreOf = (answers: ArrayLike<number>) => scoreBy(metric, answers, actual, task.labels.length);
    const scores = {
      majorityScore: scoreOf(majority[part]!),
      ...(byWord && { wordIdentityScore: scoreOf(examples.map(byWord)) }),
      ...(bagOfWords && { bagOfWordsScore: scoreOf(bagOfWords[part]!) }),
    };
    const defined = Object.entries(scores).filter(([, score]) => score !== undefined);
    return Object.fromEntries(defined) as BaselineScores;
  };
}

function commonest(train: readonly TaskExample[], dev: TaskData['dev']): Record<string, Float64Array> {
  const label = commonestLabel(train);
  return Object.fromEntries(
    Object.entries(dev).map(([part, { length }]) => [part, new Float64Array(length).fill(label)]),
  );
}

/** The commonest label of the same word in training, whatever its case; of an unknown word, of all. */
function commonestOfWord(train: readonly TaskExample[]): (example: TaskExample) => number {
  const wordOf = ({ first, word }: TaskExample) => first.slice(...word!).toLowerCase();
  const labels = new Map([...groupBy(train, wordOf)].map(([word, same]) => [word, commonestLabel(same)]));
  const otherwise = commonestLabel(train);
  return (example) => labels.get(wordOf(example)) ?? otherwise;
}

function commonestLabel(examples: readonly TaskExample[]): number {
  const groups = [...groupBy(examples, ({ label }) => label)];
  return groups.reduce((best, group) => (group[1].length > best[1].length ? group : best))[0];
}
