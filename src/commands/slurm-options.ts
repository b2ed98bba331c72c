/** Options of `sweep --launcher slurm`: what each cell is given on the cluster. */
import type { Argv } from 'yargs';
import { ConfigError, explain } from '../base/errors.ts';
import { wholeNumber } from './options.ts';

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
      describe: 'where runs are executed: processes here, or a job array of Slurm',
    })
    .option('partition', slurmWord('--partition', 'queue of the cluster'))
    .option('time', {
      ...slurmWord('--time', 'limit of each job, 4:00:00; a run that needs more goes back into the queue'),
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
      describe: 'runs of one array at once',
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
