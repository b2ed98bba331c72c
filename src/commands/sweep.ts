/** electra-lab sweep: all runs of an experiment. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { ConfigError, didYouMean, explain, oneOf, TrainingError } from '../base/errors.ts';
import { runIdOf } from '../config/run-id.ts';
import type { EngineChoice } from '../engine/engines.ts';
import { experimentName, readExperiment } from '../experiment/experiment-file.ts';
import { sweep } from '../experiment/sweep.ts';
import { assembleTables } from '../experiment/tables.ts';
import { createProgress } from '../training/progress-display.ts';
import { coreCount, experimentsFolder, known, presetsFolder, print, programFile } from './command.ts';
import { interruptSignal } from './interrupt.ts';
import { cacheOption, engineOption, outOption, setOption, threadsOption, wholeNumber } from './options.ts';
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
      .option('set', setOption('change a key of every arm'))
      .option('out', outOption('experiment'))
      .option('jobs', {
        requiresArg: true,
        coerce: wholeNumber('--jobs'),
        default: coreCount(),
        defaultDescription: 'one per core',
        describe: 'runs at once',
      })
      .option('threads', threadsOption)
      .option('engine', engineOption)
      .option('cache', cacheOption)
      .example('$0 sweep quickstart', 'joint ELECTRA against BERT, about five minutes')
      .example('$0 sweep mine.yaml --jobs 4', 'four runs at once') as never,
  handler: execute,
};

async function execute(args: SweepArguments): Promise<void> {
  const file = fileOf(args.experiment);
  const results = args.out ?? join('results', experimentName(file));
  const experiment = readExperiment(file, { set: args.set, known, presetsFolder, results });
  const progress = createProgress();
  const { listen, release } = interruptSignal();
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
      listen,
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
      throw new TrainingError(
        explain(
          experiment.name,
          `all ${outcomes.length} runs to finish`,
          failures.map(({ config }) => config.name),
          `see the reasons in ${join(results, 'runs.csv')}`,
        ),
      );
  } finally {
    progress.stop();
    release();
  }
}

/** A path, or a bare name (no slash, no `.yaml`) of an experiment that comes with the project. */
function fileOf(experiment: string): string {
  if (/[/\\]|\.ya?ml$/.test(experiment)) return experiment;
  const path = join(experimentsFolder, `${experiment}.yaml`);
  if (existsSync(path)) return path;
  const files = readdirSync(experimentsFolder).filter((file) => file.endsWith('.yaml'));
  const names = files.map((file) => basename(file, '.yaml')).sort();
  const remedy = didYouMean(experiment, names) ?? `write ./${experiment} for a file`;
  throw new ConfigError(explain('experiment', oneOf(names), experiment, remedy));
}
