/** From names in a configuration to tasks: single ones, suites, and files that describe a task of the user's own. */
import { ConfigError, explain, oneOf } from '../../base/errors.ts';
import { glueTasksIn } from './glue.ts';
import { suites, taskNamed, taskNames } from './registry.ts';
import type { Task, TaskSources } from './task.ts';
import { readYamlTask } from './yaml-task.ts';

export interface TaskSelection {
  /** Each once, in the order in which they were asked for. */
  tasks: Task[];
  /** What a suite had to leave out, one line each. */
  notes: string[];
}

/**
 * @param names validated by the configuration
 * @throws {ConfigError} if the suite `glue` has no folder, or an own task takes the name of another
 * @throws {DataError} if the folder does not exist, or holds no whole task
 */
export function selectTasks(names: readonly string[], sources: TaskSources): TaskSelection {
  const notes: string[] = [];
  const tasks = names.flatMap((name) => {
    if (name === 'glue') return glueTasksOf(sources, notes);
    if (name === 'offline' || name === 'words') return suites[name].map(taskNamed);
    return isFile(name) ? [readYamlTask(name)] : [taskNamed(name)];
  });
  const distinct = tasks.filter((task, i) => i === tasks.findIndex((other) => isSame(task, other)));
  for (const task of distinct) assertNameIsFree(task, distinct);
  return { tasks: distinct, notes };
}

/** Whether a name in a list of tasks is the path of a description. */
function isFile(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

function isSame(a: Task, b: Task): boolean {
  return a.name === b.name && a.version === b.version;
}

function glueTasksOf({ glueDir }: TaskSources, notes: string[]): Task[] {
  if (glueDir === undefined) {
    const remedy = 'name one with --glue-dir or finetune.glueDir';
    throw new ConfigError(explain('glue', "a folder with GLUE's files", 'none', remedy));
  }
  const { whole, partial } = glueTasksIn(glueDir);
  const left = partial.map(({ task, missing }) => `${task} (no ${missing.join(', ')})`);
  if (whole.length === 0) {
    throw new ConfigError(`${glueDir}: expected at least one whole GLUE task, got none: ${left.join(', ')}`);
  }
  if (left.length > 0) notes.push(`${glueDir}: without ${left.join(', ')}`);
  return whole.map(taskNamed);
}

function assertNameIsFree(task: Task, others: readonly Task[]): void {
  const isTaken = others.some((other) => other !== task && other.name === task.name);
  if (task.suite !== 'own' || (!isTaken && !taskNames.includes(task.name))) return;
  const rule = `a name other than ${oneOf(taskNames)}`;
  throw new ConfigError(explain(`task ${task.name}: name`, rule, task.name, 'rename it'));
}
