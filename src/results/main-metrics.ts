/** What a task counts by, in rows of scores: its first metric on its first part, and of probes that of all layers. */
import { groupBy } from '../base/group.ts';

interface ScoreName {
  task: string;
  part: string;
  metric: string;
  /** Of probes, which begin with `all`. */
  layers?: string;
}

/** @param rows of one record, in their order @returns the same, each with whether its task counts by it. */
export function markMainMetrics<Row extends ScoreName>(
  rows: readonly Row[],
): (Row & { isMainMetric: boolean })[] {
  const firsts = new Map([...groupBy(rows, ({ task }) => task)].map(([task, own]) => [task, own[0]!]));
  return rows.map((row) => {
    const { part, metric, layers } = firsts.get(row.task)!;
    return { ...row, isMainMetric: row.part === part && row.metric === metric && row.layers === layers };
  });
}
