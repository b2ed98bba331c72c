/** electra-lab run: one configuration, from data to results. */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { ConfigError, explain, InterruptedError } from '../base/errors.ts';
import { printConfig } from '../config/print.ts';
import { resolveConfig } from '../config/resolve.ts';
import { runIdOf } from '../config/run-id.ts';
import type { LogFormat } from '../exchange/tensorboard/run-events.ts';
import { type CellMessage, forwardingProgress } from '../progress/cell-messages.ts';
import type { Progress } from '../progress/progress.ts';
import { recordedProgress } from '../progress/progress-file.ts';
import { regimes } from '../regimes/registry.ts';
import { runFolder } from '../results/run-folder.ts';
import { assembleTables } from '../results/tables.ts';
import { executeRun } from '../run/run.ts';
import {
  type EngineArguments,
  interruptSignal,
  known,
  open,
  presetsFolder,
  print,
  printAsIs,
  printJson,
  progressFor,
} from './command.ts';
import {
  cacheOption,
  configPositional,
  engineOption,
  logOption,
  outOption,
  precisionOption,
  setOption,
  threadsOption,
} from './options.ts';
import { summaryLegend, summaryTable } from './run-summary.ts';

interface RunArguments extends EngineArguments {
  config: string;
  set: string[];
  out?: string;
  resume: boolean;
  overwrite: boolean;
  cache: string;
  log?: LogFormat;
  until?: number;
  printConfig: boolean;
  json: boolean;
  quiet: boolean;
  cell: boolean;
}

export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run <config>',
  describe: 'pre-train, evaluate and fine-tune one configuration',
  builder: (yargs) =>
    yargs
      .positional('config', configPositional)
      .option('set', setOption('change a key: --set training.steps=200'))
      .option('out', outOption('name'))
      .option('resume', { type: 'boolean', default: false, describe: 'resume from the last checkpoint' })
      .option('overwrite', {
        type: 'boolean',
        default: false,
        describe: 'delete what is there of the run and train it again',
      })
      .option('engine', engineOption)
      .option('threads', threadsOption)
      .option('precision', precisionOption)
      .option('cache', cacheOption)
      .option('log', logOption)
      .option('until', {
        type: 'number',
        requiresArg: true,
        coerce: fractionOf,
        describe: 'pause after this fraction of the training: 0.5; --resume goes on',
      })
      .option('print-config', {
        type: 'boolean',
        default: false,
        describe: 'print the resolved configuration and stop',
      })
      .option('json', { type: 'boolean', default: false, describe: 'print the run record as JSON' })
      // A run of a sweep that Slurm starts.
      .option('cell', { type: 'boolean', default: false, hidden: true })
      .check(({ resume, overwrite }) => {
        if (resume && overwrite)
          throw new ConfigError('run: expected --resume or --overwrite, got both; choose one');
        return true;
      })
      .epilogue(
        `Regimes, --set regime=NAME:\n${regimes.map(({ name, summary }) => `  ${name}: ${summary}`).join('\n')}`,
      )
      .example('$0 run quick --set seed=1', 'the quick preset with another seed')
      .example('$0 run my.yaml --resume', 'resume a run that stopped') as never,
  handler: execute,
};

async function execute(args: RunArguments): Promise<void> {
  const config = resolveConfig(args.config, { set: args.set, known, presetsFolder });
  if (args.printConfig) return printAsIs(printConfig(config).trimEnd());
  const results = args.out ?? join('results', config.name);
  const progress = openProgress(args, args.cell ? runFolder(results, runIdOf(config)) : undefined);
  const { engine, reason } = await open(args);
  sayEngine(args, progress, engine.description, reason);
  const { listen, release } = interruptSignal({ isPatient: args.cell });
  try {
    const existing = args.resume ? 'resume' : args.overwrite ? 'overwrite' : 'refuse';
    const options = {
      results,
      cacheFolder: args.cache,
      engine,
      threads: args.threads,
      existing,
      log: args.log,
      until: args.until,
      progress,
      listen,
    } as const;
    const record = await executeRun(config, options);
    progress.stop();
    if (!hasSweep() && !args.cell) assembleTables(results);
    if (args.json) printJson(record);
    else
      print(['', summaryTable([record]), '', ...summaryLegend([record]), `Results: ${results}`].join('\n'));
  } catch (error) {
    throw error instanceof InterruptedError ? new InterruptedError(howToGoOn(error.message, args)) : error;
  } finally {
    progress.stop();
    release();
  }
}

function fractionOf(value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && value > 0 && value < 1)) return value;
  throw new ConfigError(explain('--until', 'a fraction of the training in (0, 1)', value));
}

/** A sweep is told, and says it once for all of its runs. */
function sayEngine(args: RunArguments, progress: Progress, description: string, reason?: string): void {
  // The remedy is for those who look for one: `electra-lab doctor` has it.
  const why = args.engine === 'auto' && reason ? ` (${reason.replace(/[,;:] .*$/, '')})` : '';
  const line = `engine: ${description}${why}`;
  if (hasSweep()) tellSweep({ kind: 'engine', line });
  else if (args.cell) progressFor(args).note(line);
  else progress.note(line);
}

/** Only who has typed `run` can add one of its options. */
function howToGoOn(message: string, args: RunArguments): string {
  if (hasSweep() || args.cell) return message;
  return `${message}; ${args.resume ? 'the same command goes on' : 'go on with --resume'}`;
}

/** Whether a sweep on this machine started this process. */
function hasSweep(): boolean {
  return process.send !== undefined;
}

/** @param folder of the run, if somebody may look at it from another machine */
function openProgress(args: RunArguments, folder: string | undefined): Progress {
  if (folder !== undefined) return recordedProgress(folder, progressFor(args));
  if (!hasSweep()) return progressFor(args);
  return forwardingProgress(tellSweep);
}

/** A sweep that is gone wants no news; that it is gone is an interruption. */
function tellSweep(message: CellMessage): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}
