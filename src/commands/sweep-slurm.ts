/** sweep --launcher slurm: its options; submits the missing runs and, with --wait, follows them. */

import type { Argv } from 'yargs';
import { counted } from '../base/counted.ts';
import { ConfigError, explain } from '../base/errors.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { LogFormat } from '../exchange/tensorboard/run-events.ts';
import type { CellOutcome } from '../experiment/cell-process.ts';
import { followCells } from '../experiment/slurm/follow.ts';
import { queuedTasks, type SubmittedTask, submitCells } from '../experiment/slurm/submission.ts';
import { logFinished, prepareOnce, sortCells } from '../experiment/sweep.ts';
import type { Progress } from '../progress/progress.ts';
import {
  type EngineArguments,
  interruptSignal,
  print,
  printJson,
  programFile,
  progressFor,
} from './command.ts';
import { wholeNumber } from './options.ts';
import { runSummary } from './run-summary.ts';

export interface LaunchArguments extends SlurmArguments, EngineArguments {
  cache: string;
  log?: LogFormat;
  retry: boolean;
  withoutWeights: boolean;
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
  const { cache: cacheFolder, retry, withoutWeights, log, precision } = args;
  const cpus = cpusOf(args);
  assertSayable(results);
  const unlock = lockFolder(results);
  try {
    const ids = new Set(cells.map(runIdOf));
    const queued = queuedTasks(results).filter(({ runId }) => ids.has(runId));
    const isQueued = (cell: RunConfig) => queued.some(({ runId }) => runId === runIdOf(cell));
    const notQueued = cells.filter((cell) => !isQueued(cell));
    const options = { results, progress, retry, precision, needsWeights: !withoutWeights };
    const { outcomes, waiting: missing } = sortCells(notQueued, options, cells.length);
    if (log) await logFinished(outcomes, results);
    const pending = cells.filter((cell) => isQueued(cell) || missing.includes(cell));
    if (queued.length > 0)
      progress.note(
        `${queued.length} of ${counted(cells.length, 'run')} ${queued.length === 1 ? 'is' : 'are'} in the queue already`,
      );
    if (missing.length === 0) return { outcomes, cells: pending, tasks: queued };
    await prepareOnce(missing, { cacheFolder, progress });
    const asked = { ...args, cpus, results, cacheFolder, program: programFile };
    const { folder, tasks } = submitCells(name, pending, queued, asked);
    progress.note(
      `${name}: ${missing.length} of ${counted(cells.length, 'run')} submitted, with the script in ${folder}`,
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

/** Options of `sweep --launcher slurm`: what each cell is given on the cluster. */
export interface SlurmArguments {
  launcher: 'local' | 'slurm';
  partition?: string;
  time?: string;
  cpus?: number;
  mem?: string;
  gres?: string;
  arrayParallelism?: number;
  setup?: string;
  wait: boolean;
}

const forSlurm = ['partition', 'time', 'cpus', 'mem', 'gres', 'array-parallelism', 'setup', 'wait'] as const;

/** Adds the options to a command. */
export function withSlurmOptions(yargs: Argv): Argv {
  return yargs
    .option('launcher', {
      choices: ['local', 'slurm'],
      default: 'local',
      describe: 'where runs are executed: processes here, or a Slurm job array',
    })
    .option('partition', slurmWord('--partition', 'queue of the cluster'))
    .option('time', {
      ...slurmWord('--time', 'time limit of each job, 4:00:00; a run that needs longer is requeued'),
      coerce: unlessAbsent(timeLimit),
    })
    .option('cpus', {
      requiresArg: true,
      coerce: unlessAbsent(wholeNumber('--cpus')),
      defaultDescription: '--threads',
      describe: 'processors of each run',
    })
    .option('mem', slurmWord('--mem', 'memory of each run, 4G'))
    .option('gres', slurmWord('--gres', 'devices of each run, gpu:1'))
    .option('array-parallelism', {
      requiresArg: true,
      coerce: unlessAbsent(wholeNumber('--array-parallelism')),
      describe: 'runs of an array that may be active at once',
    })
    .option('setup', {
      type: 'string',
      requiresArg: true,
      describe: 'shell line before each run, "module load …"',
    })
    .option('wait', {
      type: 'boolean',
      default: false,
      describe: 'follow the jobs, then write tables and report',
    })
    .group(['launcher', ...forSlurm], 'Slurm:')
    .check((args) => {
      const given = forSlurm.find((name) => args[name] !== undefined && args[name] !== false);
      if (args.launcher === 'slurm' || given === undefined) return true;
      throw new ConfigError(
        explain(`--${given}`, '--launcher slurm with it', 'none', 'add --launcher slurm'),
      );
    });
}

/** A word of Slurm's, which goes into a script. */
function slurmWord(option: string, describe: string) {
  const coerce = unlessAbsent((value) => wordOf(option, value));
  return { type: 'string', requiresArg: true, coerce, describe } as const;
}

function wordOf(option: string, value: unknown): string {
  if (/^[\w.:,=/@+*[\]-]+$/.test(String(value))) return String(value);
  throw new ConfigError(explain(option, 'one word as sbatch takes it', value));
}

/** A run is warned two minutes before the end; with hardly more than that it would do nothing but begin. */
const shortestMinutes = 5;

function timeLimit(value: unknown): string {
  const word = wordOf('--time', value);
  const minutes = minutesOf(word);
  if (minutes === undefined || minutes === 0 || minutes >= shortestMinutes) return word; // Slurm's 0 is no limit
  throw new ConfigError(
    explain('--time', `at least ${shortestMinutes} minutes`, word, 'write 4:00:00 for four hours'),
  );
}

/**
 * Reads minutes, minutes:seconds, hours:minutes:seconds, or any of days-hours:minutes:seconds.
 *
 * @returns undefined of anything else, which is left to Slurm to judge
 */
function minutesOf(time: string): number | undefined {
  const [, days, rest] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(time) ?? [];
  if (rest === undefined) return undefined;
  const parts = rest.split(':').map(Number);
  const [hours = 0, minutes = 0, seconds = 0] =
    days === undefined && parts.length < 3 ? [0, ...parts] : parts;
  return (Number(days ?? 0) * 24 + hours) * 60 + minutes + seconds / 60;
}

function unlessAbsent<T>(coerce: (value: unknown) => T): (value: unknown) => T | undefined {
  return (value) => (value === undefined ? undefined : coerce(value));
}
