/** Runs the cells of an experiment as separate processes, several at once; finished ones are not repeated. */
import { counted } from '../base/counted.ts';
import { InterruptedError } from '../base/errors.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { prepareData } from '../data/preparation/prepared-data.ts';
import { logStored } from '../exchange/tensorboard/run-events.ts';
import type { CellMessage } from '../progress/cell-messages.ts';
import { type Progress, showPreparation } from '../progress/progress.ts';
import { obstacleToWeights } from '../results/recorded-weights.ts';
import { readRecord, runFolder } from '../results/run-folder.ts';
import { type CellState, stateOf } from '../run/finished-work.ts';
import { assertOnePrecision } from '../run/one-precision.ts';
import { allBefore, seedBySeed } from './cell-order.ts';
import { type CellOutcome, type CellProcessOptions, executeCell } from './cell-process.ts';
import { beginRuns } from './sweep-clock.ts';

export interface SweepOptions extends CellProcessOptions {
  /** Processes at once. */
  jobs: number;
  /** Cells that failed before are tried again. */
  retry: boolean;
  /** Whether a finished run with all its scores is trained again if its weights are gone. */
  needsWeights: boolean;
  /** Called once the text is ready: from then on an abort stops every cell when it has saved. */
  listen(): AbortSignal;
}

/**
 * Executes every cell that is not finished. A cell that fails does not stop the others.
 *
 * @throws {InterruptedError} after the signal, when every cell has saved
 */
export async function sweep(
  name: string,
  cells: readonly RunConfig[],
  options: SweepOptions,
): Promise<CellOutcome[]> {
  const unlock = lockFolder(options.results);
  try {
    const { outcomes, waiting } = sortCells(cells, options);
    if (options.log) await logFinished(outcomes, options.results);
    if (waiting.length === 0) return outcomes;
    await prepareOnce(waiting, options);
    const signal = options.listen();
    outcomes.push(...(await executeCells(waiting, options, signal)));
    if (signal.aborted) {
      throw new InterruptedError(`${name}: interrupted, everything is saved; run the same command to resume`);
    }
    return outcomes;
  } finally {
    unlock();
  }
}

/** What is known without doing anything, and the cells that have to be executed. @param total of the experiment */
export function sortCells(
  cells: readonly RunConfig[],
  {
    results,
    retry,
    needsWeights,
    precision,
    progress,
  }: Pick<SweepOptions, 'results' | 'retry' | 'needsWeights' | 'precision' | 'progress'>,
  total = cells.length,
): { outcomes: CellOutcome[]; waiting: RunConfig[] } {
  assertOnePrecision(results, precision);
  const states = cells.map((config) => ({ config, state: stateOf(config, results, { needsWeights }) }));
  const isDecided = ({ state }: { state: CellState }) =>
    state === 'finished' || state === 'unusable' || (state === 'failed' && !retry);
  const reused = states.filter(({ state }) => state === 'finished').length;
  if (reused > 0)
    progress.note(
      `${reused} of ${counted(total, 'run')} ${reused === 1 ? 'is' : 'are'} finished and will be reused`,
    );
  const outcomes = states.filter(isDecided).map(({ config, state }): CellOutcome => {
    if (state === 'finished') return { config };
    if (state === 'unusable') return unusable(config, results, progress);
    const { reason = 'no reason was recorded' } = readRecord(runFolder(results, runIdOf(config)))!;
    progress.note(`${config.name}: failed before (${reason}); add --retry to run it again`);
    return { config, failure: reason };
  });
  return { outcomes, waiting: states.filter((cell) => !isDecided(cell)).map(({ config }) => config) };
}

function unusable(config: RunConfig, results: string, progress: Progress): CellOutcome {
  const folder = runFolder(results, runIdOf(config));
  const failure = obstacleToWeights(folder, readRecord(folder))!;
  progress.note(`${config.name}: ${failure}`);
  return { config, failure };
}

/** A log that is asked for later than the run. */
export async function logFinished(outcomes: readonly CellOutcome[], results: string): Promise<void> {
  for (const { config, failure } of outcomes)
    if (failure === undefined) await logStored(runFolder(results, runIdOf(config)), config);
}

/** At most `jobs` at once, seed by seed, but that a cell waits for those that do a part of its work. */
async function executeCells(
  cells: readonly RunConfig[],
  options: SweepOptions,
  signal: AbortSignal,
): Promise<CellOutcome[]> {
  const waiting = seedBySeed(cells);
  const outcomes = new Map<RunConfig, CellOutcome>();
  const total = beginRuns(options.progress, waiting.slice(), options.jobs);
  const running = new Set<Promise<void>>();
  const sayEngine = once((line) => options.progress.note(line));
  const isReady = (cell: RunConfig) => allBefore(cell, cells).every((other) => outcomes.has(other));
  while (waiting.length > 0 && !signal.aborted) {
    const next = running.size < options.jobs ? waiting.find(isReady) : undefined;
    if (!next) {
      await Promise.race(running);
      continue;
    }
    waiting.splice(waiting.indexOf(next), 1);
    const failed = (error: Error): CellOutcome => ({ config: next, failure: error.message });
    total.begin(next);
    const hear = (message: CellMessage) => {
      total.hear(next, message);
      if (message.kind === 'engine') sayEngine(message.line);
    };
    const work = executeCell(next, options, signal, hear)
      .catch(failed)
      .then((outcome) => {
        outcomes.set(next, outcome);
        total.end(next, !signal.aborted);
        running.delete(work);
      });
    running.add(work);
  }
  await Promise.all(running);
  total.close();
  return [...outcomes.values()];
}

/** Says each thing only the first time. */
function once(say: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) say(text);
    said.add(text);
  };
}

/** Fills the cache before the cells start, so that they do not all do the same work. */
export async function prepareOnce(
  cells: readonly RunConfig[],
  { cacheFolder, progress }: Pick<SweepOptions, 'cacheFolder' | 'progress'>,
): Promise<void> {
  const distinct = new Map(cells.map(({ data }) => [JSON.stringify(data), data]));
  for (const data of distinct.values()) {
    await prepareData(data, { cacheFolder, ...showPreparation(progress, 'data') });
  }
}
