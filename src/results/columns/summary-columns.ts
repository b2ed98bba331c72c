/** summary.csv: what each arm of an experiment came to over pre-training seeds. */
import { type Column, columnsOf, ofMetric } from '../../base/column.ts';
import type { SummaryRow } from '../../report/verdict-rows.ts';

/** A row of the file: the report shows those of the last checkpoints. */
export interface SummaryTableRow extends SummaryRow {
  /** In (0, 1]; 1 = the end. */
  trainingFraction: number;
  /** Mean over the seeds. */
  trainFlops?: number;
}

const { text, whole, real, flag } = columnsOf<SummaryTableRow>();

export const summaryColumns: readonly Column<SummaryTableRow>[] = [
  text('experiment', 'the experiment', (row) => row.experiment),
  text('arm', 'one of its arms', (row) => row.arm),
  text(
    'metric',
    '`downstream`, `task.<task>`, `probe.<task>`, `pairs.<set>` or `pairs-rtd.<set>` (also by term), a measurement of runs.csv, or a cost',
    (row) => row.metric,
  ),
  real(
    'training_fraction',
    '',
    'how far pre-training was: 1 at the end; below 1 there are scores of checkpoints on the way',
    (row) => row.trainingFraction,
  ),
  real(
    'train_flops',
    'operations',
    'what pre-training had executed by then, mean over the seeds',
    (row) => row.trainFlops,
  ),
  whole('n', 'seeds', 'pre-training seeds that have the metric', (row) => row.n),
  whole('failed_to_learn', 'seeds', 'those of them that failed to learn', (row) => row.failedToLearn),
  whole(
    'finetune_seeds',
    'seeds',
    'fine-tuning seeds behind each value, at least',
    (row) => row.finetuneSeeds,
  ),
  real(
    'mean',
    ofMetric,
    'over pre-training seeds; of the primary metric at the end, each a mean over `checkpoints` of claims.csv',
    (row) => row.mean,
  ),
  real('median', ofMetric, 'over pre-training seeds', (row) => row.median),
  real('standard_deviation', ofMetric, 'over pre-training seeds, with n − 1', (row) => row.standardDeviation),
  real(
    'interval_low',
    ofMetric,
    "lower end of the mean's 95 % interval, by Student's t",
    (row) => row.intervalLow,
  ),
  real('interval_high', ofMetric, 'its upper end', (row) => row.intervalHigh),
  real('untrained', ofMetric, "mean of the arm's untrained encoders", (row) => row.untrained),
  real('trivial_baseline', ofMetric, 'best score that needs no network', (row) => row.trivial),
  flag('at_floor', 'whether the arm is at [the floor](measurements.md#the-floor)', (row) => row.isAtFloor),
  text('compared_with', "the experiment's first arm", (row) => row.comparedWith),
  text('comparison', '`welch`, or `paired` where both arms fork from one arm', (row) => row.comparison),
  real('difference', ofMetric, 'this arm minus the first one', (row) => row.difference),
  real('difference_low', ofMetric, "lower end of the difference's 95 % interval", (row) => row.differenceLow),
  real('difference_high', ofMetric, 'its upper end', (row) => row.differenceHigh),
];
