/** One cell of a sweep in a process of its own: waiting for its folder, starting it, what came of it. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { isLocked, whoHolds } from '../base/folder-lock.ts';
import { printConfig } from '../config/print.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { EngineChoice, Precision } from '../engine/engines.ts';
import { withLargePages } from '../engine/large-pages.ts';
import type { LogFormat } from '../exchange/tensorboard/run-events.ts';
import { type CellMessage, receiveInto } from '../progress/cell-messages.ts';
import type { Progress } from '../progress/progress.ts';
import { type RunRecord, readRecord, runFolder, writeRecord } from '../results/run-folder.ts';
import { moveOn } from '../run/record-updates.ts';

export interface CellProcessOptions {
  results: string;
  cacheFolder: string;
  /** Threads of each. */
  threads: number;
  engine: EngineChoice;
  /** That each computes in. */
  precision: Precision;
  /** Of each cell, and of those that are finished already. */
  log?: LogFormat | undefined;
  /** The fraction of its training at which each pauses. */
  until?: number | undefined;
  /** The file that starts the command line, for the cells' processes. */
  program: string;
  progress: Progress;
  /** One line about a cell that has finished. */
  summaryOf(record: RunRecord): string;
}

export interface CellOutcome {
  config: RunConfig;
  /** Absent when the cell finished. */
  failure?: string;
}

/** For the cells of an earlier sweep to save and stop. */
const longestWaitSeconds = 60;

/** @param hear is told what the process shows */
export async function executeCell(
  config: RunConfig,
  options: CellProcessOptions,
  signal: AbortSignal,
  hear: (message: CellMessage) => void,
): Promise<CellOutcome> {
  const { results, cacheFolder, threads, engine, precision, log, until, program, progress } = options;
  const folder = runFolder(results, runIdOf(config));
  await untilUnlocked(config, folder, progress, signal);
  const file = join(folder, 'config.yaml');
  writeFileAtomically(file, printConfig(config, folder));
  const args = ['run', file, '--out', results, '--cache', cacheFolder, '--resume'];
  if (log) args.push('--log', log);
  if (until !== undefined) args.push('--until', String(until));
  const child = fork(
    program,
    [...args, '--engine', engine, '--threads', String(threads), '--precision', precision],
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: withLargePages(process.env),
      // A terminal sends an interrupt to the whole group; the cells get theirs from here, once.
      detached: true,
    },
  );
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
