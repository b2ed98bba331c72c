/** sweep --status: how far every run is. */
import type { RunConfig } from '../config/schema.ts';
import { submittedTasks } from '../experiment/slurm/submission.ts';
import { type CellStatus, statusOf } from '../run/run-status.ts';
import { textTable } from './command.ts';

/** What is known of a cell, with the Slurm job that has it or had it. */
export interface SubmittedStatus extends CellStatus {
  slurmJob?: string;
}

export function statusesOf(cells: readonly RunConfig[], results: string): SubmittedStatus[] {
  const now = new Date();
  const tasks = new Map(submittedTasks(results).map(({ runId, task }) => [runId, task]));
  return cells.map((cell) => {
    const status = statusOf(cell, results, now);
    const slurmJob = tasks.get(status.runId);
    return slurmJob === undefined ? status : { ...status, slurmJob };
  });
}

export function statusTable(all: readonly SubmittedStatus[]): string {
  const jobs = all.some(({ slurmJob }) => slurmJob) ? ['Slurm job'] : [];
  const rows = all.map(({ name, status, runId, slurmJob, detail }) => [
    ...[name, status, runId],
    ...jobs.map(() => slurmJob ?? ''),
    detail,
  ]);
  const names = [...new Set(all.map(({ status }) => status))];
  const sum = names.map((name) => `${all.filter(({ status }) => status === name).length} ${name}`).join(', ');
  return [textTable(['run', 'state', 'id', ...jobs, ''], rows), '', `${all.length} runs: ${sum}.`].join('\n');
}
