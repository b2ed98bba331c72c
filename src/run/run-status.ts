/** How far every cell of an experiment is, from the results folder alone: whoever executes it, on whichever machine. */

import { hostname } from 'node:os';
import { counted } from '../base/counted.ts';
import { holderOf, isAlive } from '../base/folder-lock.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { lastSignOf, readShownProgress } from '../progress/progress-file.ts';
import { obstacleToWeights } from '../results/recorded-weights.ts';
import { isDone, type RunRecord, type RunStatus, readRecord, runFolder } from '../results/run-folder.ts';
import { stateOf } from './finished-work.ts';

export type CellStatusName =
  | 'finished'
  | 'failed-to-learn'
  /** Finished, but without its weights here, or without all scores that are asked for now. */
  | 'partial'
  | 'failed'
  | 'running'
  | 'interrupted'
  | 'missing';

export interface CellStatus {
  name: string;
  runId: string;
  status: CellStatusName;
  /** Why it failed, or what a running one is at. */
  detail: string;
}

/** A process of another machine that has said nothing for longer is taken for gone. */
const silenceSeconds = 300;

/** @param now a clock, to compare with the times of files */
export function statusOf(config: RunConfig, results: string, now: Date): CellStatus {
  const runId = runIdOf(config);
  const folder = runFolder(results, runId);
  const record = readRecord(folder);
  const common = { name: config.name, runId };
  if (isRunning(folder, now)) return { ...common, status: 'running', detail: whatRuns(folder) };
  if (!record) return { ...common, status: 'missing', detail: '' };
  const detail = record.reason ?? '';
  if (stateOf(config, results) === 'finished')
    return { ...common, status: record.status, detail } as CellStatus;
  if (isDone(record))
    return { ...common, status: 'partial', detail: obstacleToWeights(folder, record) ?? '' };
  const status = record.status === 'failed' ? 'failed' : 'interrupted';
  return { ...common, status, detail: detail || stepsOf(folder) };
}

/** What a record says, unless the process that wrote it has gone without a word. */
export function recordedStatus(record: RunRecord, folder: string, now: Date): RunStatus {
  const isUnderWay = record.status === 'training' || record.status === 'fine-tuning';
  return isUnderWay && !isRunning(folder, now) ? 'interrupted' : record.status;
}

function isRunning(folder: string, now: Date): boolean {
  const holder = holderOf(folder);
  if (!holder) return false;
  if (holder.host === hostname()) return isAlive(holder);
  const lastSign = Math.max(holder.started.getTime(), lastSignOf(folder)?.getTime() ?? 0);
  return now.getTime() - lastSign < 1000 * silenceSeconds;
}

/** The phase that began last and is not over. */
function whatRuns(folder: string): string {
  const phase = readShownProgress(folder)?.phases.findLast(({ isOver }) => !isOver);
  const { host } = holderOf(folder) ?? {};
  const where = host === undefined || host === hostname() ? '' : `on ${host}`;
  const what = phase ? `${phase.label}: ${phase.done}/${phase.total} ${phase.unit}` : '';
  return [what, where].filter(Boolean).join(', ');
}

function stepsOf(folder: string): string {
  const step = readRecord(folder)?.progress?.step;
  return step === undefined ? '' : counted(step, 'step');
}
