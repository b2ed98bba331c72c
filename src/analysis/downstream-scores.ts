/** What runs scored after their training, by metric and checkpoint: fine-tuned, by frozen probes, on minimal pairs. */
import { groupBy } from '../base/group.ts';
import type { PairsRow } from '../downstream/pairs/pairs-table.ts';
import type { ProbeRow } from '../downstream/probe/probe-table.ts';
import { regimes } from '../regimes/registry.ts';
import {
  averageOverTasks,
  finalRows,
  firstMetrics,
  ownRows,
  summariseTasks,
  type TaskSummary,
} from '../results/finetuned-scores.ts';
import type { RunRecord } from '../results/run-folder.ts';
import { mean } from '../statistics/describe.ts';

/** One metric of a run at one checkpoint. */
export interface Score {
  metric: string;
  /** 0: untrained. */
  step: number;
  value: number;
  /** How many fine-tuned models are behind the median. */
  finetuneSeeds?: number;
  /** The largest of what needs no network; absent where none is known. */
  trivial?: number;
}

/** One row's score. */
interface RowScore<Row> extends Score {
  row: Row;
}

/**
 * Scores of fine-tuning by each run's own recipe, medians over fine-tuning seeds.
 *
 * @param records of the experiment, all of them: `downstream` is the mean over the tasks that each has
 * @returns the tasks that are averaged, and by run id every checkpoint's scores
 */
export function finetuneScores(records: readonly RunRecord[]): {
  tasks: string[];
  byRun: Map<string, Score[]>;
} {
  const { tasks } = averageOverTasks(summariseTasks(finalRows(records)));
  const firsts = firstMetrics(summariseTasks(ownRows(records)));
  const byRun = [...groupBy(firsts, ({ runId }) => runId)].map(([runId, own]) => {
    const averages = [...groupBy(own, ({ checkpointStep }) => checkpointStep).values()];
    const scores = [...averages.flatMap((rows) => averageOf(rows, tasks)), ...own.flatMap(taskScore)];
    return [runId, scores] as const;
  });
  return { tasks, byRun: new Map(byRun) };
}

/** @param rows of one checkpoint of a run */
function averageOf(rows: readonly TaskSummary[], tasks: readonly string[]): Score[] {
  const scores = rows.filter(({ task }) => tasks.includes(task)).flatMap(taskScore);
  if (tasks.length === 0 || scores.length < tasks.length) return [];
  const trivials = scores.flatMap(({ trivial }) => trivial ?? []);
  return [
    {
      metric: 'downstream',
      step: scores[0]!.step,
      value: mean(scores.map(({ value }) => value)),
      finetuneSeeds: Math.min(...scores.map(({ finetuneSeeds }) => finetuneSeeds!)),
      ...(trivials.length === scores.length && { trivial: mean(trivials) }),
    },
  ];
}

function taskScore(row: TaskSummary): Score[] {
  const { task, checkpointStep: step, median, seeds, majorityScore, bagOfWordsScore } = row;
  if (median === undefined) return [];
  const trivial = trivialOf(majorityScore, bagOfWordsScore);
  return [{ metric: `task.${task}`, step, value: median, finetuneSeeds: seeds, ...trivial }];
}

/** A probe counts by all layers together, and by its first metric on its first part, as a fine-tuned task does. */
export function probeScores({ probe = [] }: RunRecord): RowScore<ProbeRow>[] {
  const ofAll = probe.filter(({ layers }) => layers === 'all');
  const tasks = groupBy(ofAll, ({ task }) => task).values();
  return [...tasks].flatMap((rows) => {
    const { part, metric } = rows[0]!;
    return rows.filter((row) => row.part === part && row.metric === metric).flatMap(probeScore);
  });
}

function probeScore(row: ProbeRow): RowScore<ProbeRow>[] {
  const { task, checkpointStep: step, score, majorityScore, wordIdentityScore, bagOfWordsScore } = row;
  if (score === undefined) return [];
  const trivial = trivialOf(majorityScore, wordIdentityScore, bagOfWordsScore);
  return [{ metric: `probe.${task}`, step, value: score, ...trivial, row }];
}

const pairsMetrics = { 'pseudo-log-likelihood': 'pairs', 'original-log-probability': 'pairs-rtd' };
const everything = 'all';
/** Of two sentences, one is the better. */
const chance = 0.5;

/** Means over a set, and over each term of it; of pseudo-log-likelihood, the regime's predictor's. */
export function pairsScores({ pairs = [], regime }: RunRecord): RowScore<PairsRow>[] {
  const predictor = regimes.find(({ name }) => name === regime)?.predictor;
  const isOfPredictor = ({ scorer, network }: PairsRow) =>
    scorer !== 'pseudo-log-likelihood' || predictor === undefined || network === predictor;
  return pairs.filter(isOfPredictor).flatMap((row): RowScore<PairsRow>[] => {
    const { paradigm, field, term, set, accuracy, checkpointStep: step } = row;
    const isOfSet = field === everything && term === everything;
    if (paradigm !== everything || (!isOfSet && term === everything)) return []; // a paradigm, or a field
    const metric = [pairsMetrics[row.scorer], set, ...(isOfSet ? [] : [term])].join('.');
    // A bigram model knows neighbours: it stands beside the scores and is no floor.
    const trivial = trivialOf(chance, row.unigramAccuracy);
    return [{ metric, step, value: accuracy, ...trivial, row }];
  });
}

function trivialOf(...baselines: (number | undefined)[]): { trivial?: number } {
  const known = baselines.filter((baseline) => baseline !== undefined);
  return known.length > 0 ? { trivial: Math.max(...known) } : {};
}
