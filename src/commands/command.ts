/** What the commands share: where things are, which names exist, how output is shown, what Ctrl-C does. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { printable } from '../base/printable.ts';
import { cacheVariable } from '../data/preparation/cache-folder.ts';
import { type EngineChoice, type OpenedEngine, openEngine, type Precision } from '../engine/engines.ts';
import type { Progress } from '../progress/progress.ts';
import { createProgress, silentProgress } from '../progress/progress-display.ts';
import { selfCheck } from '../training/self-check.ts';
import { terminalWidth, wrapped } from './text-table.ts';

export { known } from '../results/stored-config.ts';

/** The checkout, or wherever the package is installed. */
const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
export const presetsFolder = join(projectFolder, 'configs');
export const experimentsFolder = join(projectFolder, 'experiments');
/** The file that `node` starts; cells of a sweep are started with it again. */
export const programFile = join(projectFolder, 'bin', 'electra-lab.js');
/** Prepared text. A checkout keeps it beside itself; the folder of an installed package is not its user's to write. */
const ownCacheFolder = import.meta.url.endsWith('.ts')
  ? join(projectFolder, '.cache')
  : envPaths('electra-lab', { suffix: '' }).cache;
export const defaultCacheFolder = process.env[cacheVariable] || ownCacheFolder;

/** What `--engine`, `--threads` and `--precision` say. */
export interface EngineArguments {
  engine: EngineChoice;
  threads: number;
  precision: Precision;
}

export function open({ engine, threads, precision }: EngineArguments): Promise<OpenedEngine> {
  return openEngine(engine, { threads, precision, selfCheck });
}

/** Progress on standard error, unless `--quiet` was said. */
export function progressFor({ quiet }: { quiet: boolean }): Progress {
  return quiet ? silentProgress() : createProgress();
}

/** Facts for people on standard output. Long sentences wrap between words on a terminal, and stay one line in a pipe. */
export function print(text: string): void {
  const isShown = process.stdout.isTTY === true;
  const lines = printable(text).split('\n');
  printAsIs(
    lines.map((line) => (isShown && isProse(line) ? wrapped(line, terminalWidth()) : line)).join('\n'),
  );
}

/** What is to be copied stays in one piece. */
function isProse(line: string): boolean {
  return !line.includes('electra-lab ') && !/^[A-Z]\w+: \S+$/.test(line);
}

/** Text that programs read, or that is a file's. */
export function printAsIs(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Facts for programs: one JSON document. */
export function printJson(value: unknown): void {
  printAsIs(JSON.stringify(value, null, 2));
}

/** Turns Ctrl-C into a request: finish the step, save, exit 130. A second one ends the process at once. */
interface Interruption {
  /**
   * Begins to turn signals into requests. Until then they end the process at once, which loses nothing: what
   * comes before training (reading and tokenising text) is not interruptible otherwise, and is cached whole.
   */
  listen(): AbortSignal;
  /** Gives the signals back to the system. */
  release(): void;
}

/** @param options.isPatient whether a second signal changes nothing: a cluster may send the same one twice */
export function interruptSignal({ isPatient = false } = {}): Interruption {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted && !isPatient) process.exit(130);
    controller.abort();
  };
  // The sweep that started this process is gone: nobody waits for the rest.
  const onOrphaned = () => controller.abort();
  return {
    listen() {
      process.on('SIGINT', onSignal);
      process.on('SIGTERM', onSignal);
      process.on('SIGHUP', onSignal); // the terminal was closed
      process.on('disconnect', onOrphaned);
      if (process.send && !process.connected) controller.abort();
      return controller.signal;
    },
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      process.off('SIGHUP', onSignal);
      process.off('disconnect', onOrphaned);
    },
  };
}
