/** Follows cells that Slurm executes, by what their run folders say, until none is left in the queue. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InterruptedError } from '../../base/errors.ts';
import { runIdOf } from '../../config/run-id.ts';
import type { RunConfig } from '../../config/schema.ts';
import type { Progress } from '../../progress/progress.ts';
import { viewProgress } from '../../progress/progress-file.ts';
import { type RunRecord, readRecord, runFolder } from '../../results/run-folder.ts';
import { stateOf } from '../../run/finished-work.ts';
import type { CellOutcome } from '../cell-process.ts';
import { beginRuns } from '../sweep-clock.ts';
import { activeTasks } from './scheduler.ts';
import type { SubmittedTask } from './submission.ts';

export interface FollowOptions {
  results: string;
  progress: Progress;
  signal: AbortSignal;
  summaryOf(record: RunRecord): string;
}

const lookEveryMilliseconds = 2000;
/** Looks at the folder of a cell that has left the queue: over a network, what it wrote last is seen a little later. */
const lastLooks = 2;

/**
 * @param tasks of these cells; a later one of a cell counts
 * @throws {InterruptedError} after the signal; the jobs go on
 */
export async function followCells(
  name: string,
  cells: readonly RunConfig[],
  tasks: readonly SubmittedTask[],
  options: FollowOptions,
): Promise<CellOutcome[]> {
  const { progress, signal } = options;
  const total = beginRuns(progress, cells);
  const looks = cells.map((config) => followCell(config, options, total));
  const taskOf = new Map(tasks.map((task) => [task.runId, task]));
  const outcomes = new Map<RunConfig, CellOutcome>();
  const reasons = new Set(['None']);
  while (outcomes.size < cells.length) {
    const active = activeTasks([...new Set(tasks.map(({ task }) => task.split('_')[0]!))]);
    noteReasons(active.values(), reasons, progress);
    for (const [i, config] of cells.entries()) {
      if (outcomes.has(config)) continue;
      const { task, log } = taskOf.get(runIdOf(config))!;
      const outcome = looks[i]!(active.has(task), log);
      if (!outcome) continue;
      outcomes.set(config, outcome);
      total.end(config, true);
    }
    if (signal.aborted) {
      const remedy = 'add --wait to follow them again, or --status to look';
      throw new InterruptedError(`${name}: no longer followed; the jobs go on; ${remedy}`);
    }
    if (outcomes.size < cells.length) await pause(signal);
  }
  total.close();
  return cells.map((config) => outcomes.get(config)!);
}

/** Each of Slurm's reasons once: some, such as a partition's time limit, never pass. */
function noteReasons(active: Iterable<string>, noted: Set<string>, progress: Progress): void {
  for (const reason of active) {
    if (noted.has(reason)) continue;
    noted.add(reason);
    progress.note(`runs wait in Slurm's queue: ${reason}`);
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return setTimeout(lookEveryMilliseconds, undefined, { signal }).catch(() => {});
}

function followCell(
  config: RunConfig,
  { results, progress, summaryOf }: FollowOptions,
  total: ReturnType<typeof beginRuns>,
) {
  const folder = runFolder(results, runIdOf(config));
  let [looks, hasBegun] = [0, false];
  const view = viewProgress(folder, progress, (message) => {
    if (!hasBegun) total.begin(config);
    hasBegun = true;
    total.hear(config, message);
  });

  function end(outcome: CellOutcome, line: string): CellOutcome {
    view.close();
    progress.note(`${config.name}: ${line}`);
    return outcome;
  }

  /** @returns an outcome once there is one @param isQueued whether Slurm has it still */
  return function look(isQueued: boolean, log: string): CellOutcome | undefined {
    view.look();
    if (isQueued) return undefined;
    if (stateOf(config, results) === 'finished') return end({ config }, summaryOf(readRecord(folder)!));
    if (looks++ < lastLooks) return undefined;
    const record = readRecord(folder);
    const failure = (record?.status === 'failed' && record.reason) || lastWords(join(results, log));
    return end({ config, failure }, failure);
  };
}

/** What is left of a task whose run does not say how it ended. */
function lastWords(log: string): string {
  const text = existsSync(log) ? readFileSync(log, 'utf8').trim() : '';
  const said = text
    .split('\n')
    .at(-1)!
    .replace(/^electra-lab: /, '');
  return `its job ended early: ${said || 'nothing'} (${log})`;
}
