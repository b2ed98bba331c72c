/** claims.csv: each claim of the paper beside what it came to here, and the verdict at this scale. */
import type { Column } from '../report/csv.ts';
import type { ClaimRow } from '../report/report-data.ts';
import { type Interval, mean, standardDeviation } from '../statistics/describe.ts';
import { requiredPairs } from '../statistics/required-pairs.ts';
import { signFlipP } from '../statistics/sign-flip.ts';
import { tInterval, tTestP, twoSidedError } from '../statistics/student-t.ts';
import { fewestPairs, type Judgement, judgeClaims } from '../statistics/verdict.ts';
import { findObstacle } from './claim-obstacles.ts';
import { isLowerBetter, type Measurements } from './measurements.ts';
import type { RunRecord } from './run-folder.ts';
import type { Claim, StoredArm, StoredExperiment } from './stored-experiment.ts';
import { type MeasuredSeed, measuredSeeds, namedEnds, pairBySeed } from './summary-table.ts';

export const claimColumns: readonly Column<ClaimRow>[] = [
  { name: 'experiment', value: (row) => row.experiment },
  { name: 'id', value: (row) => row.id },
  { name: 'claim', value: (row) => row.claim },
  { name: 'verdict_at_this_scale', value: (row) => row.verdict },
  { name: 'reason', value: (row) => row.reason },
  { name: 'leaning', value: (row) => row.leaning },
  { name: 'ahead', value: (row) => row.ahead },
  { name: 'behind', value: (row) => row.behind },
  { name: 'metric', value: (row) => row.metric },
  { name: 'source', value: (row) => row.source },
  { name: 'basis', value: (row) => row.basis },
  { name: 'paper_ahead', value: (row) => row.paperAhead },
  { name: 'paper_behind', value: (row) => row.paperBehind },
  { name: 'paper_unit', value: (row) => row.paperUnit },
  { name: 'other_source', value: (row) => row.otherSource },
  { name: 'pairs', value: (row) => row.pairs },
  { name: 'mean_ahead', value: (row) => row.meanAhead },
  { name: 'mean_behind', value: (row) => row.meanBehind },
  { name: 'difference', value: (row) => row.difference },
  { name: 'standard_deviation', value: (row) => row.standardDeviation },
  { name: 'interval_low', value: (row) => row.intervalLow },
  { name: 'interval_high', value: (row) => row.intervalHigh },
  { name: 'corrected_low', value: (row) => row.correctedLow },
  { name: 'corrected_high', value: (row) => row.correctedHigh },
  { name: 't_p', value: (row) => row.tP },
  { name: 'holm_p', value: (row) => row.holmP },
  { name: 'sign_flip_p', value: (row) => row.signFlipP },
  { name: 'bootstrap_low', value: (row) => row.bootstrapLow },
  { name: 'bootstrap_high', value: (row) => row.bootstrapHigh },
  { name: 'seeds_required', value: (row) => row.seedsRequired },
];

/** Two arms' runs of one seed, with the metric of a claim. */
type Pair = ReturnType<typeof pairBySeed>[number];

/** The Multi-Bootstrap of a claim's pairs, where their answers are kept. */
export type Bootstrap = (metric: string, pairs: readonly Pair[]) => Interval | undefined;

/** The claims of one experiment, judged together, in the order of its file. */
export function claimRows(
  experiment: StoredExperiment,
  records: ReadonlyMap<string, RunRecord>,
  measurements: Measurements,
  bootstrap: Bootstrap,
): ClaimRow[] {
  const cases = experiment.claims.map((claim) => caseOf(claim, experiment, records, measurements));
  const judgements = judgeClaims(cases);
  return cases.map((each, i) => ({
    ...{ experiment: experiment.name, ...stated(each.claim), pairs: each.pairs.length },
    ...measured(each),
    ...namedEnds(bootstrap(each.claim.metric, each.pairs), 'bootstrapLow', 'bootstrapHigh'),
    ...judged(judgements[i]!),
  }));
}

interface Case {
  claim: Claim;
  pairs: Pair[];
  differences: number[];
  obstacle?: string;
}

function caseOf(
  claim: Claim,
  { arms }: StoredExperiment,
  records: ReadonlyMap<string, RunRecord>,
  measurements: Measurements,
): Case {
  const armNamed = (name: string): StoredArm =>
    arms.find((arm) => arm.name === name) ?? { name, coordinates: {}, runs: [] };
  const [ahead, behind] = [armNamed(claim.ahead), armNamed(claim.behind)];
  const seedsOf = (arm: StoredArm) => measuredSeeds(arm, claim.metric, measurements);
  const pairs = pairBySeed(seedsOf(ahead), seedsOf(behind));
  const sign = isLowerBetter(claim.metric) ? -1 : 1;
  const differences = pairs.map((pair) => sign * (pair.ahead.value - pair.behind.value));
  const obstacle = findObstacle(claim, [ahead, behind], records, measurements);
  return { claim, pairs, differences, ...(obstacle !== undefined && { obstacle }) };
}

/** What the paper says. */
function stated({ says, paper, otherSource, id, ahead, behind, metric, source, basis }: Claim) {
  return {
    ...{ id, claim: says, ahead, behind, metric, source, basis },
    ...(paper && { paperAhead: paper.ahead, paperBehind: paper.behind, paperUnit: paper.unit }),
    ...(otherSource !== undefined && { otherSource }),
  };
}

/** What it came to here. */
function measured({ pairs, differences, obstacle }: Case): Partial<ClaimRow> {
  if (pairs.length === 0) return {};
  const meanOf = (side: (pair: Pair) => MeasuredSeed) => mean(pairs.map((pair) => side(pair).value));
  const difference = mean(differences);
  return {
    ...{ meanAhead: meanOf(({ ahead }) => ahead), meanBehind: meanOf(({ behind }) => behind), difference },
    ...spreadOf(differences, difference, obstacle === undefined),
    ...namedEnds(tInterval(differences, twoSidedError), 'intervalLow', 'intervalHigh'),
    signFlipP: signFlipP(differences)!,
  };
}

/** @param isSound whether more seeds like these could decide the claim */
function spreadOf(differences: readonly number[], difference: number, isSound: boolean): Partial<ClaimRow> {
  const deviation = standardDeviation(differences);
  if (deviation === undefined) return {};
  const tP = tTestP(differences);
  const required = isSound ? requiredPairs(difference, deviation) : undefined;
  return {
    standardDeviation: deviation,
    ...(tP !== undefined && { tP }),
    ...(required !== undefined && { seedsRequired: Math.max(fewestPairs, required) }),
  };
}

function judged({ verdict, reason, leaning, corrected, holmP }: Judgement) {
  return {
    ...{ verdict, ...(reason !== undefined && { reason }), ...(leaning && { leaning }) },
    ...namedEnds(corrected, 'correctedLow', 'correctedHigh'),
    ...(holmP !== undefined && { holmP }),
  };
}
