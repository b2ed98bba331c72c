/** sweep --launcher slurm: submits what is missing, and follows it if that is asked for. */
import { ConfigError, explain } from '../base/errors.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { EngineChoice } from '../engine/engines.ts';
import type { LogFormat } from '../exchange/tensorboard/run-events.ts';
import { followCells } from '../experiment/slurm/follow.ts';
import { queuedTasks, type SubmittedTask, submitCells } from '../experiment/slurm/submission.ts';
import { type CellOutcome, logFinished, prepareOnce, sortCells } from '../experiment/sweep.ts';
import type { Progress } from '../progress/progress.ts';
import { print, printJson, programFile, progressFor } from './command.ts';
import { interruptSignal } from './interrupt.ts';
import type { SlurmArguments } from './slurm-options.ts';
import { runSummary } from './summary.ts';

export interface LaunchArguments extends SlurmArguments {
  threads: number;
  engine: EngineChoice;
  cache: string;
  log?: LogFormat;
  retry: boolean;
  quiet: boolean;
  json: boolean;
}

interface Launched {
  outcomes: CellOutcome[];
  /** Cells in Slurm's queue. */
  cells: RunConfig[];
  tasks: SubmittedTask[];
}

/**
 * Hands the cells that are not finished to Slurm, but for those that it has already.
 *
 * @returns what came of every cell; nothing while cells are in the queue and nobody waits for them
 * @throws {ConfigError} if Slurm is not there, or refuses
 */
export async function executeOnSlurm(
  name: string,
  cells: readonly RunConfig[],
  results: string,
  args: LaunchArguments,
): Promise<CellOutcome[] | undefined> {
  const progress = progressFor(args);
  const { listen, release } = interruptSignal();
  try {
    const launched = await launch(name, cells, results, args, progress);
    if (launched.cells.length === 0) return launched.outcomes;
    if (!args.wait) {
      if (args.json) printJson({ results, submitted: launched.tasks });
      else print(howToFollow(launched.tasks));
      return undefined;
    }
    const options = { results, progress, signal: listen(), summaryOf: runSummary };
    return [...launched.outcomes, ...(await followCells(name, launched.cells, launched.tasks, options))];
  } finally {
    progress.stop();
    release();
  }
}

async function launch(
  name: string,
  cells: readonly RunConfig[],
  results: string,
  args: LaunchArguments,
  progress: Progress,
): Promise<Launched> {
  const { cache: cacheFolder, retry, log } = args;
  const cpus = cpusOf(args);
  assertSayable(results);
  const unlock = lockFolder(results);
  try {
    const ids = new Set(cells.map(runIdOf));
    const queued = queuedTasks(results).filter(({ runId }) => ids.has(runId));
    const isQueued = (cell: RunConfig) => queued.some(({ runId }) => runId === runIdOf(cell));
    const notQueued = cells.filter((cell) => !isQueued(cell));
    const options = { results, progress, retry };
    const { outcomes, waiting: missing } = sortCells(notQueued, options, cells.length);
    if (log) await logFinished(outcomes, results);
    const pending = cells.filter((cell) => isQueued(cell) || missing.includes(cell));
    if (queued.length > 0) progress.note(`${queued.length} of ${cells.length} runs are in the queue already`);
    if (missing.length === 0) return { outcomes, cells: pending, tasks: queued };
    await prepareOnce(missing, { cacheFolder, progress });
    const asked = { ...args, cpus, results, cacheFolder, program: programFile };
    const { folder, tasks } = submitCells(name, pending, queued, asked);
    progress.note(
      `${name}: ${missing.length} of ${cells.length} runs submitted, with the script in ${folder}`,
    );
    return { outcomes, cells: pending, tasks: [...queued, ...tasks] };
  } finally {
    unlock();
  }
}

/** Slurm reads the path of its logs from a line of the script, where it has no way to write these. */
function assertSayable(results: string): void {
  if (!/["\\\p{Cc}]/u.test(results)) return;
  const rule = 'a path without quotation marks, backslashes and line breaks, for Slurm';
  throw new ConfigError(explain('--out', rule, results, 'choose another folder'));
}

function cpusOf({ cpus, threads }: LaunchArguments): number {
  if (cpus === undefined || cpus >= threads) return cpus ?? threads;
  throw new ConfigError(explain('--cpus', `at least --threads (${threads})`, cpus, 'leave it out'));
}

function howToFollow(tasks: readonly SubmittedTask[]): string {
  const jobs = new Set(tasks.map(({ task }) => task.split('_')[0]));
  return [
    `Slurm's view:        squeue --jobs ${[...jobs].join(',')}`,
    'Every run:           the same command with --status, from any machine that sees the results',
    'To the end:          the same command with --wait; it submits nothing twice and writes tables and report',
  ].join('\n');
}
