/** The cells of a sweep as arrays of Slurm jobs: what is written into `<results>/slurm/<experiment>/`, and submitted. */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { writeFileAtomically } from '../../base/atomic-files.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { printConfig } from '../../config/print.ts';
import { runIdOf } from '../../config/run-id.ts';
import type { RunConfig } from '../../config/schema.ts';
import type { EngineChoice, Precision } from '../../engine/engines.ts';
import type { LogFormat } from '../../exchange/tensorboard/run-events.ts';
import { runFolder } from '../../results/run-folder.ts';
import { cellsBefore, seedBySeed } from '../cell-order.ts';
import { batchScript, type SlurmResources } from './batch-script.ts';
import { activeTasks, submitBatch, type TaskName } from './scheduler.ts';

export interface SubmissionOptions extends SlurmResources {
  results: string;
  cacheFolder: string;
  engine: EngineChoice;
  precision: Precision;
  threads: number;
  /** Of each cell. */
  log?: LogFormat | undefined;
  /** The file that starts the command line. */
  program: string;
  /** Tasks of one array that run at once. */
  arrayParallelism?: number | undefined;
}

/** One cell in Slurm's queue. */
export interface SubmittedTask {
  task: TaskName;
  runId: string;
  /** Where its processes write what they say, within the results. */
  log: string;
}

const indexName = 'jobs.json';

/**
 * Writes script and list of cells, then submits one array, and one more for each group of cells that wait for the
 * same other cells.
 *
 * @param pending cells that are not done, in the experiment's order
 * @param queued what is in the queue already, and is not submitted again
 * @throws {ConfigError} if Slurm refuses; what it has taken stays on record
 */
export function submitCells(
  name: string,
  pending: readonly RunConfig[],
  queued: readonly SubmittedTask[],
  options: SubmissionOptions,
): { folder: string; tasks: SubmittedTask[] } {
  const results = resolve(options.results);
  const folder = newFolder(join(results, 'slurm', name));
  const inQueue = queued.map(({ runId }) => runId);
  const cells = seedBySeed(pending).filter((cell) => !inQueue.includes(runIdOf(cell)));
  const arrays = arraysOf(cells, pending, inQueue);
  const order = arrays.flatMap((array) => array.cells);
  for (const cell of order) {
    const own = runFolder(results, runIdOf(cell));
    writeFileAtomically(join(own, 'config.yaml'), printConfig(cell, own));
  }
  const lines = order.map((cell) => `${runIdOf(cell)}\t${cell.name.replaceAll(/\s+/g, ' ')}\n`);
  writeFileAtomically(join(folder, 'cells.txt'), ...lines);
  return { folder, tasks: submitArrays(name, folder, arrays, queued, { ...options, results }) };
}

function submitArrays(
  name: string,
  folder: string,
  arrays: readonly ArrayOfCells[],
  queued: readonly SubmittedTask[],
  options: SubmissionOptions,
): SubmittedTask[] {
  const path = join(folder, 'batch.sh');
  const commands: string[] = [];
  const tasks: SubmittedTask[] = [];
  for (const array of arrays) {
    const first = tasks.length + 1;
    const arguments_ = sbatchOptions(array, first, [...queued, ...tasks], options.arrayParallelism);
    commands.push(['sbatch', ...arguments_, path].join(' '));
    writeFileAtomically(path, batchScript({ ...options, name, folder, commands, ...cellCommand(options) }));
    const job = submitBatch(path, arguments_);
    for (const [i, cell] of array.cells.entries()) {
      const log = join(relative(options.results, folder), `task-${first + i}.log`);
      tasks.push({ task: `${job}_${first + i}`, runId: runIdOf(cell), log });
    }
    writeFileAtomically(join(folder, indexName), `${JSON.stringify(tasks, null, 2)}\n`);
  }
  return tasks;
}

function cellCommand({ results, cacheFolder, engine, threads, precision, log }: SubmissionOptions): {
  options: string[];
} {
  const places = ['--out', resolve(results), '--cache', resolve(cacheFolder)];
  const means = ['--engine', engine, '--threads', String(threads), '--precision', precision];
  if (log) means.push('--log', log);
  return { options: [...places, ...means, '--resume', '--cell'] };
}

function sbatchOptions(
  { cells, after }: ArrayOfCells,
  first: number,
  tasks: readonly SubmittedTask[],
  parallelism: number | undefined,
): string[] {
  const last = first + cells.length - 1;
  const taskOf = (runId: string) => tasks.find((task) => task.runId === runId)!.task;
  const conditions = after.map(({ runId, kind }) => `${kind}:${taskOf(runId)}`);
  return [
    `--array=${first === last ? first : `${first}-${last}`}${parallelism === undefined ? '' : `%${parallelism}`}`,
    // A job that waits for one that failed would wait for ever.
    ...(after.length > 0 ? [`--dependency=${conditions.join(',')}`, '--kill-on-invalid-dep=yes'] : []),
  ];
}

/** Cells that some earlier submission, of any experiment in these results, has waiting or running. */
export function queuedTasks(results: string): SubmittedTask[] {
  const all = submittedTasks(results);
  const active = activeTasks([...new Set(all.map(({ task }) => task.split('_')[0]!))]);
  return all.filter(({ task }) => active.has(task));
}

/** All that were ever submitted from these results, a cell's last submission last. */
export function submittedTasks(results: string): SubmittedTask[] {
  return submissionsOf(results).flatMap(
    (path) => readJsonFile(path, 'a list of Slurm jobs', 'delete this file') as SubmittedTask[],
  );
}

/** Paths of the lists of jobs, in the order of submission within an experiment. */
function submissionsOf(results: string): string[] {
  const root = join(results, 'slurm');
  if (!existsSync(root)) return [];
  const folders = readdirSync(root).flatMap((name) =>
    readdirSync(join(root, name))
      .sort()
      .map((number) => join(root, name, number)),
  );
  return folders.map((folder) => join(folder, indexName)).filter(existsSync);
}

/** The next number: `001`, `002`, …; under the results' lock, so nobody else takes it. Jobs may still read an earlier one's. */
function newFolder(root: string): string {
  const taken = existsSync(root) ? readdirSync(root).map(Number) : [];
  return join(root, String(Math.max(0, ...taken.filter(Number.isInteger)) + 1).padStart(3, '0'));
}

/** Which cells make one array: those that wait for the same others. */
interface ArrayOfCells {
  cells: RunConfig[];
  after: Dependency[];
}

interface Dependency {
  runId: string;
  /**
   * A generator must have been trained; a first stage that was not done is done again, so that any end of the other
   * will do.
   */
  kind: 'afterok' | 'afterany';
}

/**
 * Arrays in an order of submission: what one waits for is in those before it, or in the queue.
 *
 * @param cells in the order that they should start
 * @param inOrder the same and those in the queue, in the experiment's order: the first that share a first stage does it
 * @param queued run ids of cells that are in the queue already
 */
export function arraysOf(
  cells: readonly RunConfig[],
  inOrder: readonly RunConfig[],
  queued: readonly string[],
): ArrayOfCells[] {
  const arrays: ArrayOfCells[] = [];
  const submitted = new Set(queued);
  for (let rest = [...cells]; rest.length > 0; ) {
    const ready = rest.filter((cell) =>
      dependenciesOf(cell, inOrder).every(({ runId }) => submitted.has(runId)),
    );
    const { after, key } = keyed(ready[0]!, inOrder);
    const group = ready.filter((cell) => keyed(cell, inOrder).key === key);
    arrays.push({ cells: group, after });
    for (const cell of group) submitted.add(runIdOf(cell));
    rest = rest.filter((cell) => !group.includes(cell));
  }
  return arrays;
}

function keyed(cell: RunConfig, cells: readonly RunConfig[]): { after: Dependency[]; key: string } {
  const after = dependenciesOf(cell, cells);
  return { after, key: JSON.stringify(after) };
}

/** One twin is enough: those after it begin where it does. */
function dependenciesOf(cell: RunConfig, cells: readonly RunConfig[]): Dependency[] {
  const { source, twins } = cellsBefore(cell, cells);
  return [
    ...(source ? [{ runId: runIdOf(source), kind: 'afterok' } as const] : []),
    ...twins.slice(0, 1).map((twin) => ({ runId: runIdOf(twin), kind: 'afterany' }) as const),
  ];
}
