/** What `sweep`, `tune` and `signal` do alike: their options for runs, executing runs, and what is said before and after. */

import { join } from 'node:path';
import type { Argv } from 'yargs';
import { counted } from '../base/counted.ts';
import { explain, TrainingError } from '../base/errors.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { LogFormat } from '../exchange/tensorboard/run-events.ts';
import type { CellOutcome } from '../experiment/cell-process.ts';
import { pilotsOf } from '../experiment/signal.ts';
import { doubtsAbout, signalRows } from '../experiment/signal-table.ts';
import { sweep } from '../experiment/sweep.ts';
import { recordTrials, searchedKeys } from '../experiment/tuning-table.ts';
import { isDone, readRecord, runFolder } from '../results/run-folder.ts';
import { stateOf } from '../run/finished-work.ts';
import {
  type EngineArguments,
  interruptSignal,
  print,
  printJson,
  programFile,
  progressFor,
} from './command.ts';
import type { OpenedExperiment } from './experiment-options.ts';
import {
  cacheOption,
  engineOption,
  jobsOption,
  logOption,
  precisionOption,
  threadsOption,
} from './options.ts';
import { runSummary } from './run-summary.ts';
import { textTable } from './text-table.ts';

/** How runs are executed. */
export interface ProcessArguments extends EngineArguments {
  jobs: number;
  cache: string;
  log?: LogFormat;
  retry: boolean;
  withoutWeights: boolean;
  quiet: boolean;
}

/** Adds the options that say how runs are executed. */
export function withProcessOptions(yargs: Argv): Argv {
  return yargs
    .option('jobs', jobsOption)
    .option('threads', threadsOption)
    .option('precision', precisionOption)
    .option('engine', engineOption)
    .option('cache', cacheOption)
    .option('log', logOption)
    .option('retry', { type: 'boolean', default: false, describe: 'retry runs that failed before' })
    .option('without-weights', {
      type: 'boolean',
      default: false,
      describe: 'keep finished runs whose weights are gone, if they have all their scores',
    });
}

interface ExecutionContext extends Pick<OpenedExperiment, 'results' | 'trials'> {
  /** What is said first. */
  notes: readonly string[];
  /** The fraction of its training at which each run pauses; absent: none does. */
  until?: number;
}

/** Executes cells as processes of their own and shows how far they are. */
export async function executeCells(
  name: string,
  cells: readonly RunConfig[],
  { results, trials, notes, until }: ExecutionContext,
  {
    jobs,
    threads,
    engine,
    precision,
    cache: cacheFolder,
    log,
    retry,
    withoutWeights,
    quiet,
  }: ProcessArguments,
): Promise<CellOutcome[]> {
  const progress = progressFor({ quiet });
  const { listen, release } = interruptSignal();
  try {
    for (const note of notes) progress.note(note);
    return await sweep(name, cells, {
      results,
      cacheFolder,
      jobs,
      threads,
      engine,
      precision,
      log,
      until,
      retry,
      needsWeights: !withoutWeights,
      program: programFile,
      progress,
      listen,
      summaryOf: runSummary,
    });
  } finally {
    progress.stop();
    release();
    recordTrials(results, trials);
  }
}

export function showStates(
  cells: readonly RunConfig[],
  results: string,
  { json, withoutWeights }: { json: boolean; withoutWeights: boolean },
): void {
  const states = cells.map((cell) => ({
    name: cell.name,
    state: stateOf(cell, results, { needsWeights: !withoutWeights }),
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
    `${counted(rows.length, 'run')}: ${count('finished')} finished and reused, ${count('partial')} to resume, ${count('new')} new, ${count('failed')} failed before${unusable}.`,
  ].join('\n');
}

/** That values which could be searched were not. */
export function untunedNotes({ plan: { name }, trials }: OpenedExperiment): string[] {
  if (trials.length === 0 || trials.some(({ isChosen }) => isChosen)) return [];
  const keys = searchedKeys(trials).join(', ');
  return [`${name}: not tuned: ${keys} come from file and preset; electra-lab tune ${name} searches them`];
}

/** What the pilots say against the measurement that is to decide, if there are pilots here and it is named. */
export function primaryNotes({ plan, trials, results }: OpenedExperiment): string[] {
  const { name, content } = plan;
  const [metric, pilots] = [content.primary?.metric, pilotsOf(plan, trials, results)];
  const hasEnded = pilots.some(({ length, record }) => length === 'long' && record !== undefined);
  if (metric === undefined || !hasEnded) return [];
  const doubts = doubtsAbout(metric, content.signal!.atLeast, signalRows(pilots, content.primary));
  return doubts.map((doubt) => `${name}: warning: primary: ${doubt}; see electra-lab signal ${name} --read`);
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
