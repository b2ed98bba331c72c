/** Tasks that several checkpoints are scored on: their texts are read once, as the same texts come each time. */
import type { Task, TaskData, TaskSources } from './task.ts';

const loaded = new WeakMap<Task, { glueDir: string | undefined; data: TaskData }>();

/** As `task.load`; the texts stay in memory as long as the task does. @throws {DataError} as it does */
export function loadOnce(task: Task, sources: TaskSources): TaskData {
  const { glueDir } = sources;
  const known = loaded.get(task);
  if (known && known.glueDir === glueDir) return known.data;
  const data = task.load(sources);
  loaded.set(task, { glueDir, data });
  return data;
}
