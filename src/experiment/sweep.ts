/** Runs the cells of an experiment as separate processes, several at once; finished ones are not repeated. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { counted } from '../base/counted.ts';
import { InterruptedError } from '../base/errors.ts';
import { isLocked, lockFolder, whoHolds } from '../base/folder-lock.ts';
import { printConfig } from '../config/print.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { prepareData } from '../data/preparation/prepared-data.ts';
import type { EngineChoice } from '../engine/engines.ts';
import { withLargePages } from '../engine/large-pages.ts';
import { type LogFormat, logStored } from '../exchange/tensorboard/run-events.ts';
import { type CellMessage, receiveInto } from '../progress/cell-messages.ts';
import { type Progress, showPreparation } from '../progress/progress.ts';
import { obstacleToWeights } from '../results/recorded-weights.ts';
import { type RunRecord, readRecord, runFolder, writeRecord } from '../results/run-folder.ts';
import { type CellState, stateOf } from '../run/finished-work.ts';
import { moveOn } from '../run/record-updates.ts';
import { allBefore, seedBySeed } from './cell-order.ts';
import { beginRuns } from './sweep-clock.ts';

export interface SweepOptions {
  results: string;
  cacheFolder: string;
  /** Processes at once. */
  jobs: number;
  /** Threads of each. */
  threads: number;
  engine: EngineChoice;
  /** Of each cell, and of those that are finished already. */
  log?: LogFormat | undefined;
  /** Cells that failed before are tried again. */
  retry: boolean;
  /** Whether a finished run with all its scores is trained again if its weights are gone. */
  needsWeights: boolean;
  /** The file that starts the command line, for the cells' processes. */
  program: string;
  progress: Progress;
  /** One line about a cell that has finished. */
  summaryOf(record: RunRecord): string;
  /** Called once the text is ready: from then on an abort stops every cell when it has saved. */
  listen(): AbortSignal;
}

/** For the cells of an earlier sweep to save and stop. */
const longestWaitSeconds = 60;

export interface CellOutcome {
  config: RunConfig;
  /** Absent when the cell finished. */
  failure?: string;
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
    progress,
  }: Pick<SweepOptions, 'results' | 'retry' | 'needsWeights' | 'progress'>,
  total = cells.length,
): { outcomes: CellOutcome[]; waiting: RunConfig[] } {
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

async function executeCell(
  config: RunConfig,
  options: SweepOptions,
  signal: AbortSignal,
  hear: (message: CellMessage) => void,
): Promise<CellOutcome> {
  const { results, cacheFolder, threads, engine, log, program, progress } = options;
  const folder = runFolder(results, runIdOf(config));
  await untilUnlocked(config, folder, progress, signal);
  const file = join(folder, 'config.yaml');
  writeFileAtomically(file, printConfig(config, folder));
  const args = ['run', file, '--out', results, '--cache', cacheFolder, '--resume'];
  if (log) args.push('--log', log);
  const child = fork(program, [...args, '--engine', engine, '--threads', String(threads)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: withLargePages(process.env),
    // A terminal sends an interrupt to the whole group; the cells get theirs from here, once.
    detached: true,
  });
  const interrupt = () => child.kill('SIGINT');
  signal.addEventListener('abort', interrupt);
  if (signal.aborted) interrupt();
  const show = receiveInto(progress);
  child.on('message', (message) => {
    show(message as CellMessage);
    hear(message as CellMessage);
  });
  const { failure, wasKilled } = await outcomeOf(child);
  signal.removeEventListener('abort', interrupt);
  if (failure === undefined) {
    progress.note(`${config.name}: ${options.summaryOf(readRecord(folder)!)}`);
    return { config };
  }
  progress.note(`${config.name}: ${failure}`);
  if (wasKilled && !signal.aborted) recordDeath(folder, failure);
  return { config, failure };
}

/** A cell of an earlier sweep that was killed saves and stops by itself; that takes a moment. */
async function untilUnlocked(
  { name }: RunConfig,
  folder: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + 1000 * longestWaitSeconds;
  for (let waits = 0; isLocked(folder) && performance.now() < until && !signal.aborted; waits++) {
    if (waits === 0) progress.note(`${name}: waiting for another process: ${whoHolds(folder)}`);
    await setTimeout(200);
  }
}

/**
 * A process that was killed (out of memory, for one) could not say so in its record. It can go on where it had saved, or
 * begin anew.
 */
function recordDeath(folder: string, reason: string): void {
  const record = readRecord(folder);
  if (!record) return;
  moveOn(record, 'interrupted', reason);
  writeRecord(folder, record);
}

/** What went wrong with a process: the signal that ended it, or the last line it wrote. */
function outcomeOf(child: ChildProcess): Promise<{ failure: string | undefined; wasKilled: boolean }> {
  let written = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    written = (written + chunk.toString()).slice(-4000);
  });
  return new Promise((resolve) => {
    // A process that could not be started may have no streams, and closes none.
    child.on('error', ({ message }) => resolve({ failure: message, wasKilled: false }));
    child.on('close', (code, signal) => {
      const lines = written.trim().split('\n');
      const said = lines.findLast((line) => line.startsWith('electra-lab: ')) ?? lines.at(-1);
      const failure = signal ? `killed by ${signal}` : said?.replace(/^electra-lab: /, '');
      const wasKilled = signal !== null;
      resolve({ failure: code === 0 ? undefined : failure || `ended with exit code ${code}`, wasKilled });
    });
  });
}
