/** electra-lab sweep: all runs of an experiment. */
import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { explain, InterruptedError, TrainingError } from '../base/errors.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { EngineChoice } from '../engine/engines.ts';
import type { LogFormat } from '../exchange/tensorboard/run-events.ts';
import { type CellOutcome, sweep } from '../experiment/sweep.ts';
import { assertSearchedAlike } from '../experiment/tuning.ts';
import { recordTrials } from '../experiment/tuning-table.ts';
import type { ClaimRow } from '../report/verdict-rows.ts';
import { claimUnderTest } from '../report/verdict-words.ts';
import { isDone, type RunRecord, readRecord, readRecords, runFolder } from '../results/run-folder.ts';
import { writeExperiment } from '../results/stored-experiment.ts';
import { assembleTables } from '../results/tables.ts';
import { stateOf } from '../run/finished-work.ts';
import { claimsSummary } from './claims-summary.ts';
import { coreCount, print, printJson, programFile, progressFor, textTable } from './command.ts';
import {
  type ExperimentArguments,
  type OpenedExperiment,
  onlyArms,
  openExperiment,
  withExperimentOptions,
} from './experiment-options.ts';
import { interruptSignal } from './interrupt.ts';
import {
  cacheOption,
  engineOption,
  jsonOption,
  logOption,
  textList,
  threadsOption,
  wholeNumber,
} from './options.ts';
import { buildReport } from './report.ts';
import { type SlurmArguments, withSlurmOptions } from './slurm-options.ts';
import { runSummary, summaryLegend, summaryTable } from './summary.ts';
import { primaryNotes, untunedNotes } from './sweep-notes.ts';
import { executeOnSlurm } from './sweep-slurm.ts';
import { statusesOf, statusTable } from './sweep-status.ts';

interface SweepArguments extends ExperimentArguments, ProcessArguments, SlurmArguments {
  only: string[];
  dryRun: boolean;
  status: boolean;
  json: boolean;
}

/** How runs are executed. */
export interface ProcessArguments {
  jobs: number;
  threads: number;
  engine: EngineChoice;
  cache: string;
  log?: LogFormat;
  retry: boolean;
  quiet: boolean;
}

export const sweepCommand: CommandModule<object, SweepArguments> = {
  command: 'sweep <experiment>',
  describe: 'run all arms of an experiment; what is finished is not repeated',
  builder: (yargs) =>
    withSlurmOptions(withProcessOptions(withExperimentOptions(yargs)))
      .option('only', textList('--only', 'arms to run, with those that train their generators'))
      .option('dry-run', { type: 'boolean', default: false, describe: 'say what would be run, and stop' })
      .option('status', { type: 'boolean', default: false, describe: 'say how far every run is, and stop' })
      .option('json', jsonOption)
      .example('$0 sweep quickstart', 'the four regimes of Figure 3, ten to twenty minutes')
      .example('$0 sweep figure3-generator-size --preset quick --seeds 0-2', 'smaller, three seeds')
      .example('$0 sweep mine.yaml --jobs 4', 'four runs at once')
      .example('$0 sweep mine.yaml --launcher slurm --time 4:00:00 --wait', 'on a cluster') as never,
  handler: execute,
};

/** Adds the options that say how runs are executed. */
export function withProcessOptions(yargs: Argv): Argv {
  return yargs
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
    .option('log', logOption)
    .option('retry', { type: 'boolean', default: false, describe: 'try again what failed before' });
}

async function execute(args: SweepArguments): Promise<void> {
  const opened = openExperiment(args);
  const { experiment, results, command } = opened;
  const cells = onlyArms(experiment, args.only);
  if (args.dryRun) return showStates(cells, results, args);
  if (args.status) return showStatuses(cells, results, args);
  assertSearchedAlike(opened.plan, opened.trials, args.only);
  const { cells: _, ...stored } = experiment;
  // Before the runs: of a sweep that is killed, `report` then knows the arms.
  writeExperiment(results, { ...stored, command });
  const outcomes = await outcomesOf(cells, opened, args).catch((error: unknown) => {
    if (error instanceof InterruptedError) assembleTables(results);
    throw error;
  });
  if (!outcomes) return;
  assertSomeBegun(experiment.name, outcomes, results);
  const records = assembleTables(results);
  const { paths, claims: all } = await buildReport(results);
  const claims = all.filter((row) => row.experiment === experiment.name);
  const own = recordsOf(cells, records);
  if (args.json) printJson({ results, report: paths[0], runs: own, claims });
  else print(endOf(experiment.claim, own, claims, [`Results: ${results}`, `Report: ${paths[0]}`]));
  assertAllFinished(experiment.name, outcomes, results);
}

/** @returns nothing where the runs go on without this process */
function outcomesOf(
  cells: readonly RunConfig[],
  opened: OpenedExperiment,
  args: SweepArguments,
): Promise<CellOutcome[] | undefined> {
  const { experiment, results, trials } = opened;
  const notes = [...untunedNotes(opened), ...primaryNotes(opened)];
  if (args.launcher === 'local')
    return executeCells(experiment.name, cells, { results, trials, notes }, args);
  recordTrials(results, trials);
  return executeOnSlurm(experiment.name, cells, results, args);
}

interface ExecutionContext extends Pick<OpenedExperiment, 'results' | 'trials'> {
  /** What is said first. */
  notes: readonly string[];
}

/** Executes cells as processes of their own and shows how far they are. */
export async function executeCells(
  name: string,
  cells: readonly RunConfig[],
  { results, trials, notes }: ExecutionContext,
  { jobs, threads, engine, cache: cacheFolder, log, retry, quiet }: ProcessArguments,
): Promise<CellOutcome[]> {
  const progress = progressFor({ quiet });
  const { listen, release } = interruptSignal();
  try {
    for (const note of notes) progress.note(note);
    return await sweep(name, cells, {
      ...{ results, cacheFolder, jobs, threads, engine, log, retry },
      ...{ program: programFile, progress, listen, summaryOf: runSummary },
    });
  } finally {
    progress.stop();
    release();
    recordTrials(results, trials);
  }
}

function showStatuses(cells: readonly RunConfig[], results: string, { json }: SweepArguments): void {
  const statuses = statusesOf(cells, results);
  if (json) printJson(statuses);
  else print(statusTable(statuses));
}

export function showStates(cells: readonly RunConfig[], results: string, { json }: { json: boolean }): void {
  const states = cells.map((cell) => ({
    name: cell.name,
    state: stateOf(cell, results),
    runId: runIdOf(cell),
  }));
  if (json) printJson(states);
  else print(stateTable(states));
}

function stateTable(states: readonly { name: string; state: string; runId: string }[]): string {
  const rows = states.map(({ name, state, runId }) => [name, state, runId]);
  const count = (state: string) => rows.filter(([, of]) => of === state).length;
  const unusable = count('unusable') > 0 ? `, ${count('unusable')} whose weights cannot be used` : '';
  return [
    textTable(['run', 'state', 'id'], rows),
    '',
    `${rows.length} runs: ${count('finished')} finished and reused, ${count('partial')} to go on with, ${count('new')} new, ${count('failed')} failed before${unusable}.`,
  ].join('\n');
}

/** The records of cells, in their order and under their names here: another experiment may have named them first. */
function recordsOf(cells: readonly RunConfig[], records: readonly RunRecord[]): RunRecord[] {
  return cells.flatMap((cell) => {
    const record = records.find(({ runId }) => runId === runIdOf(cell));
    return record ? [{ ...record, name: cell.name }] : [];
  });
}

function endOf(
  claim: string,
  records: readonly RunRecord[],
  claims: readonly ClaimRow[],
  where: readonly string[],
): string {
  const verdicts = claims.length > 0 ? ['', ...claimsSummary(claims)] : [];
  const summary = [summaryTable(records), '', ...summaryLegend(records)];
  return ['', claimUnderTest({ claim, claims }), '', ...summary, ...verdicts, '', ...where].join('\n');
}

/** @throws {TrainingError} naming those that are not */
export function assertAllFinished(name: string, outcomes: readonly CellOutcome[], results: string): void {
  const failures = outcomes.filter(({ failure }) => failure !== undefined);
  if (failures.length === 0) return;
  const names = failures.map(({ config }) => config.name);
  const isOnRecord = ({ config }: CellOutcome) => {
    const record = readRecord(runFolder(results, runIdOf(config)));
    return record !== undefined && !isDone(record);
  };
  const unrecorded = failures.find((outcome) => !isOnRecord(outcome));
  const others = `see the reasons in ${join(results, 'runs.csv')}`;
  const remedy = unrecorded ? `${unrecorded.config.name}: ${unrecorded.failure}` : others;
  throw new TrainingError(explain(name, `all ${outcomes.length} runs to finish`, names, remedy));
}

/** @throws {TrainingError} if every run failed before it had a record: there is nothing to report */
function assertSomeBegun(name: string, outcomes: readonly CellOutcome[], results: string): void {
  if (readRecords(results).length === 0) assertAllFinished(name, outcomes, results);
}
