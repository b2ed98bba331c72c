/** electra-lab plan: what an experiment will cost here, before anything is run. */

import type { CommandModule } from 'yargs';
import { counted } from '../base/counted.ts';
import { type CellEstimate, estimateCells } from '../experiment/plan.ts';
import { type EngineArguments, open, print, printJson, progressFor } from './command.ts';
import {
  type ExperimentArguments,
  onlyArms,
  openExperiment,
  withExperimentOptions,
} from './experiment-options.ts';
import {
  cacheOption,
  engineOption,
  jobsOption,
  jsonOption,
  precisionOption,
  textList,
  threadsOption,
} from './options.ts';
import { textTable } from './text-table.ts';

interface PlanArguments extends ExperimentArguments, EngineArguments {
  only: string[];
  jobs: number;
  cache: string;
  json: boolean;
  quiet: boolean;
}

export const planCommand: CommandModule<object, PlanArguments> = {
  command: 'plan <experiment>',
  describe:
    'estimate what a sweep costs here: runs, FLOPs, time, memory and disk; trains each kind of run for a moment',
  builder: (yargs) =>
    withExperimentOptions(yargs)
      .option('only', textList('--only', 'arms to run, plus those that train their generators'))
      .option('jobs', jobsOption)
      .option('threads', threadsOption)
      .option('precision', precisionOption)
      .option('engine', engineOption)
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .example('$0 plan figure3-generator-size --preset quick', 'the cost at the quick preset') as never,
  handler: execute,
};

async function execute(args: PlanArguments): Promise<void> {
  const { experiment, results } = openExperiment(args);
  const cells = onlyArms(experiment, args.only);
  const progress = progressFor(args);
  const { engine } = await open(args);
  const estimates = await estimateCells(cells, {
    results,
    cacheFolder: args.cache,
    engine,
    onMeasure: ({ name }) => progress.note(`measuring ${name}`),
  });
  progress.stop();
  const total = totalOf(estimates, args.jobs);
  if (args.json) printJson({ experiment: experiment.name, results, ...total, runs: estimates });
  else print([...planTable(estimates), '', ...totalLines(total, args.jobs)].join('\n'));
}

interface Total {
  runCount: number;
  reusedCount: number;
  trainFlops: number;
  officialFlops: number;
  tokens: number;
  /** With `jobs` processes at once. */
  wallSeconds: number;
  diskBytes: number;
  /** Of all processes at once. */
  memoryBytes: number;
}

function totalOf(estimates: readonly CellEstimate[], jobs: number): Total {
  const left = estimates.filter(({ state }) => state === 'new' || state === 'partial');
  const sum = (amountOf: (cell: CellEstimate) => number | undefined) =>
    left.reduce((total, cell) => total + (amountOf(cell) ?? 0), 0);
  const longest = Math.max(0, ...left.map(({ seconds }) => seconds));
  const memory = left.map(({ memoryBytes }) => memoryBytes).sort((a, b) => b - a);
  return {
    runCount: estimates.length,
    reusedCount: estimates.filter(({ state }) => state === 'finished').length,
    trainFlops: sum(({ trainFlops }) => trainFlops),
    officialFlops: sum(({ officialFlops }) => officialFlops),
    tokens: sum(({ tokens }) => tokens),
    wallSeconds: Math.max(longest, sum(({ seconds }) => seconds) / jobs),
    diskBytes: sum(({ diskBytes }) => diskBytes),
    memoryBytes: memory.slice(0, jobs).reduce((total, bytes) => total + bytes, 0),
  };
}

function planTable(estimates: readonly CellEstimate[]): string[] {
  const header = ['run', 'state', 'parameters', 'steps', 'tokens', 'FLOPs', 'official', 'minutes', 'disk'];
  const rows = estimates.map((cell) => [
    cell.name,
    cell.state,
    cell.parameters.toLocaleString('en-US'),
    cell.steps?.toLocaleString('en-US') ?? '',
    cell.tokens ? millions(cell.tokens) : '',
    cell.trainFlops?.toExponential(2) ?? '',
    cell.officialFlops?.toExponential(2) ?? '',
    (cell.seconds / 60).toFixed(1),
    megabytes(cell.diskBytes),
  ]);
  return [textTable(header, rows)];
}

function totalLines(total: Total, jobs: number): string[] {
  const hours = total.wallSeconds / 3600;
  const time = hours < 1 ? counted(Math.ceil(60 * hours), 'minute') : `${hours.toFixed(1)} hours`;
  const first = `${counted(total.runCount, 'run')}, ${total.reusedCount} of them finished and reused.`;
  if (total.officialFlops === 0 && total.wallSeconds === 0) return [first, 'Nothing is left to run.'];
  return [
    first,
    `Left: ${millions(total.tokens)} tokens, ${total.trainFlops.toExponential(2)} FLOPs executed (${total.officialFlops.toExponential(2)} as the paper counts).`,
    `About ${time}, ${jobs} at once; ${megabytes(total.memoryBytes)} of memory; ${megabytes(total.diskBytes)} of disk.`,
    'Time: extrapolated from steps and fine-tuning that were timed here for a second each; evaluation and start-up are not included.',
  ];
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(1)} M`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`;
}
