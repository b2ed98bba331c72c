/**
 * A short search for the values of some keys per arm, by one metric and on seeds that no claim is about. Each arm has
 * the same number of candidates.
 *
 * A search is ordinary runs in the results folder, so that it is recorded, counted and reused like them; what it found
 * is read from their records.
 *
 * @source ELECTRA, Appendix A (the learning rate was chosen per model from a small grid)
 */
import { isLowerBetter } from '../analysis/metric-values.ts';
import { ConfigError, explain } from '../base/errors.ts';
import { groupBy } from '../base/group.ts';
import { withoutAbsent } from '../base/without-absent.ts';
import { merge } from '../config/resolve.ts';
import { runIdOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Mapping } from '../config/yaml-file.ts';
import { type RunRecord, readRecord, runFolder } from '../results/run-folder.ts';
import { type Arm, type GridPoint, gridPoints, searchedArms, sourcesOf } from './arms.ts';
import { answerOf, askedFor, askedOnTheWay } from './asked-measurement.ts';
import type { ExperimentPlan } from './experiment-file.ts';
import type { Tuning } from './experiment-schema.ts';
import { ranked, rungFractions, type Standing, standingOf } from './halving.ts';
import { randomPoints } from './random-points.ts';
import { type Candidate, hasLearned, type Trial } from './trials.ts';

/**
 * Every run of an experiment's search, arm by arm, with what is known of it; none if the file has no search. An arm
 * whose runs begin with another arm's has runs once that arm's values are chosen: it takes the run that they made.
 *
 * @throws {ConfigError} if arms would have different numbers of runs, or a grid is none
 */
export function trialsOf(plan: ExperimentPlan, results: string): Trial[] {
  const { tuning } = plan.content;
  if (!tuning) return [];
  const waiting = searchesOf(plan, tuning);
  const trials: Trial[] = [];
  const isChosen = (name: string) => trials.some(({ arm, isChosen }) => arm === name && isChosen);
  for (;;) {
    const next = waiting.findIndex(({ arm }) => sourcesOf(arm).every(isChosen));
    if (next < 0) break;
    const [search] = waiting.splice(next, 1);
    trials.push(...trialsOfArm(plan, tuning, search!, tunedChanges(plan, trials), results));
  }
  const orderOf = ({ arm }: Trial) => plan.arms.findIndex(({ name }) => name === arm);
  return trials.toSorted((a, b) => orderOf(a) - orderOf(b));
}

function trialsOfArm(
  plan: ExperimentPlan,
  tuning: Tuning,
  { arm, points }: Search,
  tuned: (arm: Arm) => Mapping,
  results: string,
): Trial[] {
  const trials = points.flatMap((point) =>
    tuning.seeds.map((seed) => trialOf(plan, tuning, { arm, point, seed }, tuned, results)),
  );
  const standing = standingOf(trials, tuning);
  const best = bestOf(standing, tuning.metric);
  return trials.map((trial) => ({
    ...trial,
    isChosen: best?.trials.includes(trial) ?? false,
    ...withoutAbsent({ droppedAt: standing.dropped.get(trial) }),
  }));
}

interface Search {
  arm: Arm;
  points: readonly GridPoint[];
}

function searchesOf({ file, arms }: ExperimentPlan, { grid, byArm, random }: Tuning): Search[] {
  const pointsIn = (where: string, own: Mapping) =>
    random ? randomPoints(where, own, random) : gridPoints(where, own);
  const common = pointsIn(`${file}: tuning.grid`, grid);
  const searches = searchedArms(arms, byArm).map((arm) => {
    const own = byArm[arm.name];
    return { arm, points: own ? pointsIn(`${file}: tuning.byArm.${arm.name}.grid`, own.grid) : common };
  });
  assertSameBudget(file, searches);
  return searches;
}

/** @throws {ConfigError} with the number of points of each arm, if they differ */
function assertSameBudget(file: string, searches: readonly Search[]): void {
  const counts = searches.map(({ arm, points }) => `${points.length} for ${arm.name}`);
  if (new Set(searches.map(({ points }) => points.length)).size <= 1) return;
  const remedy = 'an arm without one of the keys may search another key as finely, in tuning.byArm';
  const rule = 'the same number of points for each arm, so that none is searched better';
  throw new ConfigError(explain(`${file}: tuning`, rule, counts.join(', '), remedy));
}

interface TrialName {
  arm: Arm;
  point: GridPoint;
  seed: number;
}

/** @param tuned what is chosen already, for the arm whose run it begins with */
function trialOf(
  { name, cellOf }: ExperimentPlan,
  { metric, changes, halving }: Tuning,
  { arm, point: { labels, coordinates, changes: point }, seed }: TrialName,
  tuned: (arm: Arm) => Mapping,
  results: string,
): Trial {
  const search = { name: [arm.name, ...labels, `seed ${seed}`].join(', '), ...askedFor(metric) };
  const cellWith = (more: Mapping) => {
    const own = [changes, point, search, more].reduce(merge);
    return cellOf(arm, seed, (other) => (other.name === arm.name ? own : merge(changes, tuned(other))));
  };
  const whole = cellWith({});
  const record = readRecord(runFolder(results, runIdOf(whole)));
  const answer = answerOf(record, whole, metric);
  const isTried = answer !== undefined || record?.status === 'failed';
  const rungs = rungFractions(halving);
  // A run that has trained to its end without a pause kept no checkpoint to measure on the way.
  const cell = isTried || rungs.length === 0 ? whole : cellWith(askedOnTheWay(metric, rungs));
  const known = { record, score: answer?.value, isTried, isChosen: false };
  return {
    experiment: name,
    arm: arm.name,
    coordinates,
    changes: point,
    seed,
    metric,
    cell,
    ...known,
    rungs: rungScores(record, cell, metric),
  };
}

/** What a run that has paused answered at each of its pauses. */
function rungScores(record: RunRecord | undefined, cell: RunConfig, metric: string): Trial['rungs'] {
  const rungs = record?.rungs ?? [];
  return new Map(
    rungs.map(({ at, metrics, ...progress }) => {
      const there = { ...record!, status: 'finished', progress, metrics } as const;
      return [at, answerOf(there, cell, metric)?.value];
    }),
  );
}

/** The best of those that are left, by the mean over seeds; one without a score is the worst. */
function bestOf({ alive, next }: Standing, metric: string): Candidate | undefined {
  if (next || !alive.some(({ trials }) => trials.some(hasLearned))) return undefined;
  const scored = alive.filter(({ score }) => score !== undefined);
  return ranked(scored, ({ score }) => score, isLowerBetter(metric))[0];
}

/** What is to be run next of a search: runs of all arms up to one fraction of their training; nothing when all is done. */
export function nextOf(plan: ExperimentPlan, trials: readonly Trial[]): Standing['next'] {
  const { tuning } = plan.content;
  const arms = [...groupBy(trials, ({ arm }) => arm).values()];
  const waiting = arms.flatMap((own) => standingOf(own, tuning!).next ?? []);
  if (waiting.length === 0) return undefined;
  const until = Math.min(...waiting.map(({ until }) => until));
  return { until, trials: waiting.filter((next) => next.until === until).flatMap(({ trials }) => trials) };
}

/** What the search has found for an arm: nothing, where it is not finished or there is none. */
export function tunedChanges(plan: ExperimentPlan, trials: readonly Trial[]): (arm: Arm) => Mapping {
  return function changesOf(arm: Arm): Mapping {
    if (arm.tunedAs !== undefined) return changesOf(plan.arms.find(({ name }) => name === arm.tunedAs)!);
    return trials.find((trial) => trial.arm === arm.name && trial.isChosen)?.changes ?? {};
  };
}

/**
 * @param only arms that will be run; none means all
 * @throws {ConfigError} if some of them would run with values that were searched, and others without
 */
export function assertSearchedAlike(
  { name, arms }: Pick<ExperimentPlan, 'name' | 'arms'>,
  trials: readonly Trial[],
  only: readonly string[],
): void {
  const isOfSearch = (name: string) => trials.some(({ arm }) => arm === name);
  const wanted = arms.filter((arm) => only.length === 0 || only.includes(arm.name));
  const searched = [...new Set(wanted.map((arm) => arm.tunedAs ?? arm.name))].filter(isOfSearch);
  const without = searched.filter((name) => !trials.some(({ arm, isChosen }) => arm === name && isChosen));
  if (without.length === 0 || without.length === searched.length) return;
  const rule = 'a search that has found values for every arm, or for none';
  throw new ConfigError(
    explain(
      `${name}: tuning`,
      rule,
      `none for ${without.join(', ')}`,
      `finish electra-lab tune ${name}; ${unlearnedArmRemedy}`,
    ),
  );
}

/** What to do about an arm none of whose candidates has learned. */
export const unlearnedArmRemedy =
  "if no run of an arm has learned, give it other values (tuning.byArm) or another arm's (tunedAs)";
