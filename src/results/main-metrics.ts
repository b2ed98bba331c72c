/** What a task counts by, in rows of scores: its first metric on its first part. */
import { groupBy } from '../base/group.ts';

interface ScoreName {
  task: string;
  part: string;
  metric: string;
}

/** @param rows of one record, in their order @returns the same, each with whether its task counts by its metric and part. */
export function markMainMetrics<Row extends ScoreName>(
  rows: readonly Row[],
): (Row & { isMainMetric: boolean })[] {
  const firsts = new Map([...groupBy(rows, ({ task }) => task)].map(([task, own]) => [task, own[0]!]));
  return rows.map((row) => {
    const first = firsts.get(row.task)!;
    return { ...row, isMainMetric: row.part === first.part && row.metric === first.metric };
  });
}
