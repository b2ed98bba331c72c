/** claims.csv: each claim of the paper beside what it came to here, and the verdict at this scale. */
import { groupBy } from '../base/group.ts';
import type { ClaimTableRow } from '../results/columns/claim-columns.ts';
import type { RunRecord } from '../results/run-folder.ts';
import type { Claim, StoredArm, StoredExperiment } from '../results/stored-experiment.ts';
import { type Interval, mean, standardDeviation } from '../statistics/describe.ts';
import {
  differenceP,
  differencesOf,
  equivalenceP,
  estimateOf,
  intervalOf,
  type Samples,
  seedsOf,
} from '../statistics/difference.ts';
import { permutationP, signFlipP } from '../statistics/permutation.ts';
import { requiredPairs, requiredSeeds } from '../statistics/power.ts';
import { twoSidedError } from '../statistics/student-t.ts';
import { fewestSeeds, type Judgement, judgeClaims } from '../statistics/verdict.ts';
import { floorOf, type Matched, type MeasuredSeed, matchSeeds, measuredSeeds } from './arm-values.ts';
import { costsOf } from './claim-costs.ts';
import { findObstacle } from './claim-obstacles.ts';
import { isLowerBetter, type Measurements } from './metric-values.ts';
import { namedEnds } from './summary-table.ts';

/** The Multi-Bootstrap of a claim's runs, where their answers are kept. */
export type Bootstrap = (metric: string, compared: Matched) => Interval | undefined;

/** The claims of one experiment, each role judged as a family, in the order of its file. */
export function claimRows(
  experiment: StoredExperiment,
  records: ReadonlyMap<string, RunRecord>,
  measurements: Measurements,
  bootstrap: Bootstrap,
): ClaimTableRow[] {
  const cases = experiment.claims.map((claim) => caseOf(claim, experiment, records, measurements));
  const judgements = judgeByRole(cases);
  return cases.map((each) => ({
    experiment: experiment.name,
    ...stated(each.claim),
    predictsFailureOf: each.claim.predictsFailureOf,
    ...(each.checkpoints > 1 && { checkpoints: each.checkpoints }),
    ...measured(each),
    ...namedEnds(bootstrap(each.claim.metric, each.compared), 'bootstrapLow', 'bootstrapHigh'),
    ...judged(judgements.get(each)!),
    ...costsOf(each.arms, records),
  }));
}

interface Case {
  claim: Claim;
  arms: readonly [ahead: StoredArm, behind: StoredArm];
  compared: Matched;
  samples: Samples;
  /** Over how many a run's value is the mean. */
  checkpoints: number;
  margin?: number;
  obstacle?: string;
}

/** Claims by the primary metric among themselves, and all others among themselves. */
function judgeByRole(cases: readonly Case[]): Map<Case, Judgement> {
  const families = [...groupBy(cases, ({ claim }) => roleOf(claim)).values()];
  return new Map(
    families.flatMap((family) => {
      const judgements = judgeClaims(family);
      return family.map((each, i) => [each, judgements[i]!] as const);
    }),
  );
}

function roleOf({ role = 'primary' }: Claim) {
  return role;
}

function caseOf(
  claim: Claim,
  { arms, primary }: StoredExperiment,
  records: ReadonlyMap<string, RunRecord>,
  measurements: Measurements,
): Case {
  const { metric, margin, pairing = 'independent' } = claim;
  const armNamed = (name: string): StoredArm =>
    arms.find((arm) => arm.name === name) ?? { name, coordinates: {}, runs: [] };
  const own = [armNamed(claim.ahead), armNamed(claim.behind)] as const;
  const [ahead, behind] = own.map((arm) => measuredSeeds(arm, metric, measurements)) as [
    MeasuredSeed[],
    MeasuredSeed[],
  ];
  const compared = matchSeeds(ahead, behind, pairing);
  const samples = samplesOf(compared, metric);
  const checkpoints = metric === primary?.metric ? primary.checkpoints : 1;
  const obstacle =
    findObstacle(claim, own, records, measurements, checkpoints) ?? floorObstacle(claim, compared);
  return {
    claim,
    arms: own,
    compared,
    samples,
    checkpoints,
    ...(margin !== undefined && { margin }),
    ...(obstacle !== undefined && { obstacle }),
  };
}

/** Larger on the paper's side, whichever way the metric points. */
function samplesOf({ test, ahead, behind }: Matched, metric: string): Samples {
  const sign = isLowerBetter(metric) ? -1 : 1;
  const valuesOf = (seeds: readonly MeasuredSeed[]) => seeds.map(({ value }) => sign * value);
  return { test, ahead: valuesOf(ahead), behind: valuesOf(behind) };
}

/** An arm that learned nothing that the metric sees says nothing about another, unless that is what the claim predicts. */
function floorObstacle(claim: Claim, { ahead, behind }: Matched): string | undefined {
  if (Math.min(ahead.length, behind.length) < fewestSeeds) return undefined; // no verdict anyhow
  const arms = [
    { name: claim.ahead, seeds: ahead },
    { name: claim.behind, seeds: behind },
  ].filter(({ name }) => !claim.predictsFailureOf.includes(name));
  const atFloor = arms.flatMap(({ name, seeds }) => {
    const floor = floorOf(seeds, claim.metric);
    return floor?.isAtFloor ? [`${name} is at the floor: ${floor.words}`] : [];
  });
  return atFloor.length > 0 ? atFloor.join('; ') : undefined;
}

/** What the paper says. */
function stated(claim: Claim) {
  const { says, paper, otherSource, id, ahead, behind, metric, source, basis, margin } = claim;
  return {
    id,
    role: roleOf(claim),
    claim: says,
    ahead,
    behind,
    metric,
    source,
    basis,
    ...(margin !== undefined && { margin }),
    ...(paper && { paperAhead: paper.ahead, paperBehind: paper.behind, paperUnit: paper.unit }),
    ...(otherSource !== undefined && { otherSource }),
  };
}

/** What it came to here. */
function measured({ compared, samples, margin, obstacle }: Case) {
  const { test, ahead, behind } = compared;
  const counts = { test, seedsAhead: ahead.length, seedsBehind: behind.length };
  if (seedsOf(samples) === 0) return counts;
  const estimate = estimateOf(samples);
  return {
    ...counts,
    ...sideOf(ahead, 'meanAhead', 'deviationAhead'),
    ...sideOf(behind, 'meanBehind', 'deviationBehind'),
    difference: mean(samples.ahead) - mean(samples.behind),
    ...(estimate && {
      standardError: estimate.standardError,
      degrees: estimate.degrees,
      tP: differenceP(estimate),
      ...namedEnds(intervalOf(estimate, twoSidedError), 'intervalLow', 'intervalHigh'),
      ...(margin !== undefined && { equivalenceP: equivalenceP(estimate, margin) }),
    }),
    permutationP: chanceOf(samples)!,
    ...(obstacle === undefined && requiredOf(samples)),
  };
}

function sideOf<Mean extends string, Deviation extends string>(
  seeds: readonly MeasuredSeed[],
  meanName: Mean,
  deviationName: Deviation,
) {
  const values = seeds.map(({ value }) => value);
  const deviation = standardDeviation(values);
  return {
    [meanName]: mean(values),
    ...(deviation !== undefined && { [deviationName]: deviation }),
  } as { [Name in Mean | Deviation]?: number };
}

/** p without a distribution assumed: signs of pairs, or runs dealt to the arms by chance. */
function chanceOf(samples: Samples): number | undefined {
  return samples.test === 'paired'
    ? signFlipP(differencesOf(samples))
    : permutationP(samples.ahead, samples.behind);
}

/** What a difference of this size and spread would take. */
function requiredOf(samples: Samples): { seedsRequired?: number } {
  const { test, ahead, behind } = samples;
  const difference = mean(ahead) - mean(behind);
  const [one, other] = [standardDeviation(ahead) ?? Number.NaN, standardDeviation(behind) ?? Number.NaN];
  const required =
    test === 'paired'
      ? requiredPairs(difference, standardDeviation(differencesOf(samples)) ?? Number.NaN)
      : requiredSeeds(difference, [one, other]);
  return required === undefined ? {} : { seedsRequired: Math.max(fewestSeeds, required) };
}

function judged(judgement: Judgement) {
  const { corrected, equivalence, ...rest } = judgement;
  return {
    ...rest,
    ...namedEnds(corrected, 'correctedLow', 'correctedHigh'),
    ...namedEnds(equivalence, 'equivalenceLow', 'equivalenceHigh'),
  };
}
