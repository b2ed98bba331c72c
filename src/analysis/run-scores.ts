/** A run's downstream scores as a report shows them: medians over fine-tuning seeds, checkpoint by checkpoint. */
import { withoutAbsent } from '../base/without-absent.ts';
import type { FinetuneRow } from '../downstream/finetune/finetune-table.ts';
import type { PairsRow } from '../downstream/pairs/pairs-table.ts';
import type { ProbeRow } from '../downstream/probe/probe-table.ts';
import type { ScoreReport } from '../report/report-data.ts';
import {
  averageOverTasks,
  firstMetrics,
  ownRows,
  summariseTasks,
  type TaskSummary,
} from '../results/finetuned-scores.ts';
import type { RunRecord } from '../results/run-folder.ts';
import { mean } from '../statistics/describe.ts';
import { pairsScores, probeScores } from './downstream-scores.ts';

/** The tasks that every run with an average has: an average over others is another measure. */
export function sharedTasks(records: readonly RunRecord[]): string[] {
  const perRun = records.map((record) => averageOverTasks(ownSummaries(record)).tasks);
  const averaged = perRun.filter(({ length }) => length > 0);
  return (averaged[0] ?? []).filter((task) => averaged.every((tasks) => tasks.includes(task)));
}

/** @param tasks that averages are taken over, see `sharedTasks` */
export function scoresOfRun(record: RunRecord, tasks: readonly string[]): ScoreReport[] {
  const own = ownSummaries(record);
  return [
    ...averagesOf(record, own, tasks),
    ...mainParts(record, own),
    ...mainParts(record, onlyElsewhere(record, own)),
    ...otherScores(record),
  ];
}

/** Of frozen probes and minimal pairs, which no fine-tuning settings are behind. */
function otherScores(record: RunRecord): ScoreReport[] {
  return [...probeScores(record), ...pairsScores(record)].map(({ metric, step, value, row }) => {
    const { trainFlops, officialFlops } = row;
    const cost = { checkpointStep: step, trainFlops, officialFlops };
    return withoutAbsent({ ...cost, metric, score: value, ...besidesOf(row) });
  });
}

function besidesOf(row: ProbeRow | PairsRow) {
  if ('paradigm' in row) return { unigramScore: row.unigramAccuracy, bigramScore: row.bigramAccuracy };
  const { majorityScore, wordIdentityScore, bagOfWordsScore } = row;
  return { majorityScore, wordIdentityScore, bagOfWordsScore };
}

function ownSummaries(record: RunRecord): TaskSummary[] {
  return summariseTasks(ownRows([record]));
}

/** Tasks that the run's own settings have no score of, where one other setting has. */
function onlyElsewhere({ finetune }: RunRecord, own: readonly TaskSummary[]): TaskSummary[] {
  const others = finetune.filter(({ task }) => !own.some((summary) => summary.task === task));
  const isOnlyOne = (row: FinetuneRow) =>
    others.every(({ task, settings }) => task !== row.task || settings === row.settings);
  return summariseTasks(others.filter(isOnlyOne));
}

function averagesOf(record: RunRecord, own: readonly TaskSummary[], tasks: readonly string[]): ScoreReport[] {
  const shared = own.filter(({ task }) => tasks.includes(task));
  if (tasks.some((name) => !shared.some(({ task }) => task === name))) return [];
  return averageOverTasks(shared).arms.map(({ checkpointStep, settings, average }) => {
    const rows = firstMetrics(shared).filter((row) => row.checkpointStep === checkpointStep);
    return withoutAbsent({
      ...costAt(record, checkpointStep),
      ...{ checkpointStep, settings, metric: 'downstream', score: average },
      bagOfWordsScore: meanOf(rows.map((row) => row.bagOfWordsScore)),
      majorityScore: meanOf(rows.map((row) => row.majorityScore)),
      finetuneSeeds: sameIn(rows.map(({ seeds }) => seeds)),
      tasks: [...new Set(rows.map(({ task }) => task))],
    });
  });
}

function mainParts(record: RunRecord, summaries: readonly TaskSummary[]): ScoreReport[] {
  return firstMetrics(summaries).flatMap((row) => {
    const { median, checkpointStep, settings, task } = row;
    const { bagOfWordsScore, majorityScore, headOnlyScore } = row;
    if (median === undefined) return [];
    const score = { checkpointStep, settings, metric: `task.${task}`, score: median };
    const baselines = { bagOfWordsScore, majorityScore, headOnlyScore };
    const besides = { ...baselines, finetuneSeeds: row.seeds, ...rangeOf(record, row) };
    return [withoutAbsent({ ...costAt(record, checkpointStep), ...score, ...besides })];
  });
}

const sameScore = ['checkpointStep', 'settings', 'task', 'part', 'metric'] as const;

/** Over fine-tuning seeds; one has no range. */
function rangeOf({ finetune }: RunRecord, of: TaskSummary): Pick<ScoreReport, 'lowest' | 'highest'> {
  const rows = finetune.filter((row) => sameScore.every((key) => row[key] === of[key]));
  const scores = rows.flatMap(({ score }) => score ?? []);
  return scores.length > 1 ? { lowest: Math.min(...scores), highest: Math.max(...scores) } : {};
}

/** What pre-training had cost at a checkpoint, as its rows say. */
function costAt({ finetune }: RunRecord, step: number): Pick<ScoreReport, 'trainFlops' | 'officialFlops'> {
  const { trainFlops, officialFlops } = finetune.find(({ checkpointStep }) => checkpointStep === step)!;
  return { trainFlops, officialFlops };
}

/** Absent where one is: a mean over other tasks is another measure. */
function meanOf(scores: readonly (number | undefined)[]): number | undefined {
  const known = scores.filter((score) => score !== undefined);
  if (known.length < scores.length || known.length === 0) return undefined;
  return mean(known);
}

function sameIn(counts: readonly number[]): number | undefined {
  return counts.every((count) => count === counts[0]) ? counts[0] : undefined;
}
