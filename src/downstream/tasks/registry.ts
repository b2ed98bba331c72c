/** Every downstream task there is. A new one costs a file and a line here. */
import { explain, oneOf, ShapeError } from '../../base/errors.ts';
import { glueTasks } from './glue.ts';
import { partOfSpeech } from './offline/part-of-speech.ts';
import { verbForm } from './offline/verb-form.ts';
import { offlineTasks, tuningTasks, wordTasks } from './offline.ts';
import type { Task } from './task.ts';

export const tasks: readonly Task[] = [...glueTasks, ...offlineTasks, ...tuningTasks, ...wordTasks];

export const taskNames: readonly string[] = tasks.map(({ name }) => name);

/** Names that stand for several tasks. */
export const suites: Readonly<Record<'glue' | 'offline' | 'words', readonly string[]>> = {
  glue: glueTasks.map(({ name }) => name),
  offline: offlineTasks.map(({ name }) => name),
  words: [partOfSpeech, verbForm, ...wordTasks].map(({ name }) => name),
};

/** What a configuration may ask for by name: tasks and suites. */
export const taskChoices: readonly string[] = [...taskNames, ...Object.keys(suites)];

/** @param name validated by the configuration */
export function taskNamed(name: string): Task {
  const task = tasks.find((candidate) => candidate.name === name);
  if (!task) throw new ShapeError(explain('task', oneOf(taskNames), name));
  return task;
}
