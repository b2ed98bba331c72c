/** electra-lab sweep: all runs of an experiment. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { runIdOf } from '../config/run-id.ts';
import { type EngineChoice, engineChoices } from '../engine/engines.ts';
import { readExperiment } from '../experiment/experiment-file.ts';
import { sweep } from '../experiment/sweep.ts';
import { assembleTables } from '../experiment/tables.ts';
import { createProgress } from '../training/progress.ts';
import {
  coreCount,
  defaultCacheFolder,
  experimentsFolder,
  known,
  presetsFolder,
  print,
  programFile,
} from './command.ts';
import { interruptSignal } from './interrupt.ts';
import { summaryLegend, summaryTable } from './summary.ts';

interface SweepArguments {
  experiment: string;
  set: string[];
  out?: string;
  jobs: number;
  threads: number;
  engine: EngineChoice;
  cache: string;
}

export const sweepCommand: CommandModule<object, SweepArguments> = {
  command: 'sweep <experiment>',
  describe: 'run all arms of an experiment; what is finished is not repeated',
  builder: (yargs) =>
    yargs
      .positional('experiment', {
        type: 'string',
        demandOption: true,
        describe: 'a YAML file, or a name in experiments/',
      })
      .option('set', { type: 'string', array: true, default: [], describe: 'change a key of every arm' })
      .option('out', { type: 'string', describe: 'results folder [default: results/<experiment>]' })
      .option('jobs', {
        type: 'number',
        default: coreCount(),
        defaultDescription: 'one per core',
        describe: 'runs at once',
      })
      .option('threads', { type: 'number', default: 1, describe: 'threads of each run' })
      .option('engine', {
        choices: engineChoices,
        default: 'auto' as const,
        describe: 'what executes the model',
      })
      .option('cache', {
        type: 'string',
        default: defaultCacheFolder,
        defaultDescription: '.cache',
        describe: 'folder for prepared text',
      })
      .example('$0 sweep quickstart', 'joint ELECTRA against BERT, about ten minutes')
      .example('$0 sweep mine.yaml --jobs 4', 'four runs at once') as never,
  handler: execute,
};

async function execute(args: SweepArguments): Promise<void> {
  const experiment = readExperiment(fileOf(args.experiment), { set: args.set, known, presetsFolder });
  const results = args.out ?? join('results', experiment.name);
  const progress = createProgress();
  const { signal, release } = interruptSignal();
  const { jobs, threads, engine, cache: cacheFolder } = args;
  try {
    const outcomes = await sweep(experiment, {
      results,
      cacheFolder,
      jobs,
      threads,
      engine,
      program: programFile,
      progress,
      signal,
    });
    progress.stop();
    const ids = experiment.cells.map(runIdOf);
    const records = assembleTables(results).filter(({ runId }) => ids.includes(runId));
    records.sort((a, b) => ids.indexOf(a.runId) - ids.indexOf(b.runId));
    print(
      [
        '',
        experiment.claim,
        '',
        summaryTable(records),
        '',
        ...summaryLegend(records),
        `Results: ${results}`,
      ].join('\n'),
    );
    const failures = outcomes.filter(({ failure }) => failure !== undefined);
    if (failures.length > 0)
      throw new Error(`${failures.length} of ${outcomes.length} runs failed; see runs.csv`);
  } finally {
    progress.stop();
    release();
  }
}

function fileOf(experiment: string): string {
  const named = join(experimentsFolder, `${experiment}.yaml`);
  return basename(experiment) === experiment && !existsSync(experiment) && existsSync(named)
    ? named
    : experiment;
}
