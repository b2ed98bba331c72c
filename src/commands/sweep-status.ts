/** sweep --status: how far every run is. */
import type { RunConfig } from '../config/schema.ts';
import { statusOf } from '../experiment/cell-status.ts';
import { submittedTasks } from '../experiment/slurm/submission.ts';
import { textTable } from './command.ts';

export function statusTable(cells: readonly RunConfig[], results: string): string {
  const now = new Date();
  const all = cells.map((cell) => statusOf(cell, results, now));
  const tasks = new Map(submittedTasks(results).map(({ runId, task }) => [runId, task]));
  const jobs = tasks.size > 0 ? ['Slurm job'] : [];
  const rows = all.map(({ name, status, runId, detail }) => [
    ...[name, status, runId],
    ...jobs.map(() => tasks.get(runId) ?? ''),
    detail,
  ]);
  const names = [...new Set(all.map(({ status }) => status))];
  const sum = names.map((name) => `${all.filter(({ status }) => status === name).length} ${name}`).join(', ');
  return [textTable(['run', 'state', 'id', ...jobs, ''], rows), '', `${all.length} runs: ${sum}.`].join('\n');
}
