/** claims.csv: each claim of the paper, what it came to here, and the verdict at this scale. */
import { type Column, columnsOf, ofMetric } from '../../base/column.ts';
import { declarationOf } from '../../metrics/measurements.ts';
import type { ClaimRow } from '../../report/verdict-rows.ts';

/** A row of the file: the report needs no more than the verdict. */
export interface ClaimTableRow extends ClaimRow {
  /** Arms whose failing to learn is what the claim predicts. */
  predictsFailureOf: readonly string[];
}

const { text, whole, real, flag } = columnsOf<ClaimTableRow>();

const stated: readonly Column<ClaimTableRow>[] = [
  text('experiment', 'the experiment', (row) => row.experiment),
  text('id', "the claim's name", (row) => row.id),
  text('role', '`primary` or `secondary`: the family that is corrected together', (row) => row.role),
  text('claim', 'the sentence', (row) => row.claim),
  text('verdict_at_this_scale', 'see [Verdicts](experiments.md#verdicts)', (row) => row.verdict),
  text('reason', 'what is in the way, or why it is inconclusive', (row) => row.reason),
  text('leaning', 'the side of the difference, from two seeds on', (row) => row.leaning),
  text('ahead', 'the arm that the paper puts ahead', (row) => row.ahead),
  text('behind', 'the other arm', (row) => row.behind),
  flag(
    'ahead_may_fail',
    'whether the claim predicts that the arm ahead fails to learn, which is then not in its way',
    (row) => row.predictsFailureOf.includes(row.ahead),
  ),
  flag('behind_may_fail', 'the same of the arm behind', (row) => row.predictsFailureOf.includes(row.behind)),
  text('metric', 'what it is judged by', (row) => row.metric),
  text(
    'better',
    'which way the metric points, `higher` or `lower`; empty where more is neither, and counts as `higher`',
    ({ metric }) => directionOf(metric),
  ),
  whole(
    'checkpoints',
    'checkpoints',
    "over how many last checkpoints a run's value is the mean",
    (row) => row.checkpoints ?? 1,
  ),
  real('margin', ofMetric, 'a difference that would not matter, declared beforehand', (row) => row.margin),
  text('source', 'where the paper says it', (row) => row.source),
  text('basis', '`number` if the source prints numbers, `words` if it only says so', (row) => row.basis),
  real(
    'paper_ahead',
    '',
    "the paper's number of the arm ahead, as printed; never compared with ours",
    (row) => row.paperAhead,
  ),
  real('paper_behind', '', 'the same of the arm behind', (row) => row.paperBehind),
  text('paper_unit', "the unit of the paper's numbers", (row) => row.paperUnit),
  text('other_source', 'what another source says', (row) => row.otherSource),
];

/** Scores have more where they are better. */
function directionOf(metric: string): string | undefined {
  const declared = declarationOf(metric);
  return declared ? declared.better : 'higher';
}

const tested: readonly Column<ClaimTableRow>[] = [
  text(
    'test',
    '`welch`, or `paired` where the claim says that its arms fork from one arm',
    (row) => row.test,
  ),
  whole('seeds_ahead', 'seeds', 'how many seeds of the arm ahead were compared', (row) => row.seedsAhead),
  whole('seeds_behind', 'seeds', 'the same of the arm behind', (row) => row.seedsBehind),
  real('mean_ahead', ofMetric, 'mean over the seeds of the arm ahead', (row) => row.meanAhead),
  real('mean_behind', ofMetric, 'the same of the arm behind', (row) => row.meanBehind),
  real(
    'standard_deviation_ahead',
    ofMetric,
    'over the seeds of the arm ahead, with n − 1',
    (row) => row.deviationAhead,
  ),
  real('standard_deviation_behind', ofMetric, 'the same of the arm behind', (row) => row.deviationBehind),
  real(
    'difference',
    ofMetric,
    "difference of the means, positive on the paper's side, whichever way the metric points",
    (row) => row.difference,
  ),
  real('standard_error', ofMetric, 'of the difference', (row) => row.standardError),
  real('degrees_of_freedom', '', 'of the difference', (row) => row.degrees),
  real('interval_low', ofMetric, "lower end of the difference's 95 % interval", (row) => row.intervalLow),
  real('interval_high', ofMetric, 'its upper end', (row) => row.intervalHigh),
  real(
    'corrected_low',
    ofMetric,
    "lower end of its interval at Holm's level, which decides `holds` and `reverses`",
    (row) => row.correctedLow,
  ),
  real('corrected_high', ofMetric, 'its upper end', (row) => row.correctedHigh),
  real('t_p', '', "p of no difference, before Holm's correction", (row) => row.tP),
  real('holm_p', '', 'the same after it', (row) => row.holmP),
  real(
    'equivalence_low',
    ofMetric,
    'lower end of the interval that decides `equivalent`',
    (row) => row.equivalenceLow,
  ),
  real('equivalence_high', ofMetric, 'its upper end', (row) => row.equivalenceHigh),
  real(
    'equivalence_p',
    '',
    "p of a difference as large as the margin, before Holm's correction",
    (row) => row.equivalenceP,
  ),
  real('equivalence_holm_p', '', 'the same after it', (row) => row.equivalenceHolmP),
  real(
    'permutation_p',
    '',
    'p without a distribution assumed: runs dealt to the arms by chance, or signs of pairs flipped',
    (row) => row.permutationP,
  ),
  real(
    'bootstrap_low',
    ofMetric,
    'lower end of a 95 % interval by the Multi-Bootstrap over seeds and dev examples, from six seeds with kept answers',
    (row) => row.bootstrapLow,
  ),
  real('bootstrap_high', ofMetric, 'its upper end', (row) => row.bootstrapHigh),
  whole(
    'seeds_required',
    'seeds',
    'seeds of each arm for a power of 0.8 at 0.05 with this difference and spread; at least 5',
    (row) => row.seedsRequired,
  ),
];

const cost: readonly Column<ClaimTableRow>[] = [
  real(
    'steps_ahead',
    'steps',
    'mean over the finished runs of the arm ahead; so too below',
    (row) => row.stepsAhead,
  ),
  real('steps_behind', 'steps', 'the same of the arm behind; so too below', (row) => row.stepsBehind),
  real('tokens_ahead', 'tokens', 'tokens read', (row) => row.tokensAhead),
  real('tokens_behind', 'tokens', 'tokens read', (row) => row.tokensBehind),
  real('train_flops_ahead', 'operations', 'operations executed', (row) => row.trainFlopsAhead),
  real('train_flops_behind', 'operations', 'operations executed', (row) => row.trainFlopsBehind),
  real('train_flops_ratio', '', 'ahead over behind', flopsRatio),
  real(
    'official_flops_ahead',
    'operations',
    'operations as the paper counts',
    (row) => row.officialFlopsAhead,
  ),
  real(
    'official_flops_behind',
    'operations',
    'operations as the paper counts',
    (row) => row.officialFlopsBehind,
  ),
];

function flopsRatio({ trainFlopsAhead, trainFlopsBehind }: ClaimTableRow): number | undefined {
  return trainFlopsAhead === undefined || !trainFlopsBehind ? undefined : trainFlopsAhead / trainFlopsBehind;
}

export const claimColumns: readonly Column<ClaimTableRow>[] = [...stated, ...tested, ...cost];
