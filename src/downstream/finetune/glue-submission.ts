/** Predictions as gluebenchmark.com takes them: one table a part, `index` and `prediction`, under the official names. */
import { join } from 'node:path';
import { writeFileAtomically } from '../../base/atomic-files.ts';
import type { Task, TaskExample } from '../tasks/task.ts';

/** What GLUE's tasks say of their files; other tasks have neither. */
export type SubmittedTask = Task & { folder?: string; spellings?: readonly string[] };

/** MNLI's two test sets are two files; tasks of one part are named after themselves. */
const endings: Record<string, string> = { matched: '-m', mismatched: '-mm' };

/** @param folder of one fine-tuned model @param part of dev or test */
export function submissionPath(
  folder: string,
  { name, folder: official }: SubmittedTask,
  part: string,
): string {
  return join(folder, `${official ?? name}${endings[part] ?? ''}.tsv`);
}

/**
 * Classes are written as the task's files spell them, numbers within the task's range.
 *
 * @param answers [n], class ids or numbers
 * @source gluebenchmark.com, FAQ (format of the files)
 */
export function writeSubmission(
  path: string,
  { labels, spellings = labels, range = [0, 1] }: SubmittedTask,
  examples: readonly TaskExample[],
  answers: Float64Array,
): void {
  const [low, high] = range;
  const textOf = (answer: number) =>
    labels.length > 0 ? spellings[answer]! : Math.min(high, Math.max(low, answer)).toFixed(3);
  const rows = examples.map(({ id }, i) => `${id ?? i}\t${textOf(answers[i]!)}\n`);
  writeFileAtomically(path, `index\tprediction\n${rows.join('')}`);
}
