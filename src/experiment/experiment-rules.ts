/** The claims that an experiment's file declares, and the rules for them that its schema cannot express. */

import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import { selectTasks } from '../downstream/tasks/task-selection.ts';
import { costNames, heldOutNames } from '../metrics/measurements.ts';
import { isDownstream } from '../report/metric-display.ts';
import { type Claim, haveCommonPast } from '../results/stored-experiment.ts';
import type { Arm } from './arms.ts';
import type { ExperimentFile } from './experiment-schema.ts';

/**
 * @throws {ConfigError} if a claim is about arms or a metric that the runs will not have, or about nothing, or compares
 *   runs in pairs that have no common past
 */
export function assertClaims(
  file: string,
  content: ExperimentFile,
  arms: readonly Arm[],
  cells: readonly RunConfig[],
): void {
  assertPrimary(file, content, cells);
  const { claims } = content;
  const names = arms.map(({ name }) => name);
  const ids = declaredClaims(content).map(({ id }) => id);
  for (const [index, claim] of claims.entries()) {
    const { id, ahead, behind, metric, also, predictsFailureOf } = claim;
    const where = `${file}: claims[${index}]`;
    assertOneOf(`${where}.ahead`, names, ahead);
    assertOneOf(`${where}.behind`, names, behind);
    for (const name of predictsFailureOf) assertOneOf(`${where}.predictsFailureOf`, names, name);
    if (metric !== undefined) assertMeasured(`${where}.metric`, cells, metric);
    for (const other of also) assertMeasured(`${where}.also`, cells, other);
    assertOthers(`${where}.also`, claim, content);
    if (ahead === behind)
      throw new ConfigError(explain(`${where}.behind`, 'an arm that is not ahead', behind));
    if (ids.filter((other) => other === id).length > 1)
      throw new ConfigError(explain(`${file}: claims[${lastOf(claims, id)}].id`, 'a name of its own', id));
    assertPairing(`${where}.pairing`, claim, arms);
  }
}

type FileClaim = ExperimentFile['claims'][number];

function lastOf(claims: readonly FileClaim[], id: string): number {
  return claims.findLastIndex((claim) => claim.id === id);
}

/** A secondary claim is by another metric than the first, and than the primary one. */
function assertOthers(where: string, { metric, also }: FileClaim, { primary }: ExperimentFile): void {
  const own = [metric ?? defaultMetric(primary), primary?.metric];
  const twice = also.find((name, i) => own.includes(name) || also.indexOf(name) < i);
  if (twice !== undefined)
    throw new ConfigError(explain(where, 'metrics that the claim does not have yet', twice));
}

function assertPairing(where: string, { pairing, ahead, behind }: FileClaim, arms: readonly Arm[]): void {
  if (pairing !== 'forked') return;
  const [one, other] = [ahead, behind].map((name) => arms.find((arm) => arm.name === name)!) as [Arm, Arm];
  if (haveCommonPast(one, other)) return;
  const rule = `independent, as ${ahead} and ${behind} do not fork from one arm`;
  throw new ConfigError(
    explain(where, rule, pairing, 'let both have `fork` from the same arm, or compare them unpaired'),
  );
}

/** The measurement that decides, and the margins of others. */
function assertPrimary(
  file: string,
  { primary, margins }: ExperimentFile,
  cells: readonly RunConfig[],
): void {
  for (const metric of Object.keys(margins)) {
    assertMeasured(`${file}: margins`, cells, metric);
    if (metric === primary?.metric)
      throw new ConfigError(explain(`${file}: margins`, 'metrics other than the primary one', metric));
  }
  if (!primary) return;
  assertMeasured(`${file}: primary.metric`, cells, primary.metric);
  if (primary.checkpoints === 1) return;
  const where = `${file}: primary.checkpoints`;
  if (!isDownstream(primary.metric)) {
    const rule = `1, because ${primary.metric} comes from the last evaluation`;
    throw new ConfigError(explain(where, rule, primary.checkpoints));
  }
  const few = cells.find((cell) => checkpointsOf(cell, primary.metric) < primary.checkpoints);
  if (!few) return;
  const rule = `at most the ${checkpointsOf(few, primary.metric)} at which ${few.name} measures ${primary.metric}`;
  throw new ConfigError(explain(where, rule, primary.checkpoints, 'add fractions to its `at`'));
}

/** At how many checkpoints a run is measured by a downstream metric: the last one always. */
function checkpointsOf({ finetune, probe, pairs }: RunConfig, metric: string): number {
  const { at } = metric.startsWith('probe.') ? probe : metric.startsWith('pairs') ? pairs : finetune;
  return new Set([...at.filter((fraction) => fraction > 0), 1]).size;
}

/** What the runs will be measured by. */
function metricsOf(cells: readonly RunConfig[]): string[] {
  const scores = cells.flatMap(({ finetune, probe, pairs }) => [
    ...tasksOf(finetune).map((name) => `task.${name}`),
    ...namesOf(probe.tasks, finetune).map((name) => `probe.${name}`),
    ...pairs.sets.flatMap((name) => [`pairs.${name}`, `pairs-rtd.${name}`]),
  ]);
  return ['downstream', ...new Set(scores), ...heldOutNames, ...costNames];
}

/** A set of pairs is known beforehand, its terms are not. */
function assertMeasured(where: string, cells: readonly RunConfig[], metric: string): void {
  const [family, set] = metric.split('.');
  const isOfTerm = family === 'pairs' || family === 'pairs-rtd';
  const known = metricsOf(cells);
  if (!known.includes(isOfTerm ? `${family}.${set}` : metric)) assertOneOf(where, known, metric);
}

export function tasksOf(finetune: RunConfig['finetune']): string[] {
  return namesOf(finetune.tasks, finetune);
}

/** Groups of tasks in place of their names, such as `offline`, become the tasks in them. */
function namesOf(tasks: readonly string[], finetune: RunConfig['finetune']): string[] {
  return selectTasks(tasks, finetune).tasks.map(({ name }) => name);
}

export function assertOneOf(where: string, known: readonly string[], value: string): void {
  if (!known.includes(value))
    throw new ConfigError(explain(where, oneOf(known), value, didYouMean(value, known)));
}

/** What a claim that names no metric is judged by. */
function defaultMetric(primary: ExperimentFile['primary']): string {
  return primary?.metric ?? 'downstream';
}

/** In the order of the file; after a claim, those by the metrics that it lists in `also`. */
export function declaredClaims({ claims, primary, margins }: ExperimentFile): Claim[] {
  const marginOf = (metric: string) => (metric === primary?.metric ? primary.margin : margins[metric]);
  return claims.flatMap(({ metric = defaultMetric(primary), also, paper, otherSource, ...claim }) => {
    const by = (name: string): Omit<Claim, 'role'> => {
      const margin = marginOf(name);
      return { ...claim, metric: name, ...(margin !== undefined && { margin }) };
    };
    const isPrimary = primary === undefined || metric === primary.metric;
    const own: Claim = {
      ...by(metric),
      role: isPrimary ? 'primary' : 'secondary',
      ...(paper && { paper }),
      ...(otherSource !== undefined && { otherSource }),
    };
    return [
      own,
      ...also.map((name): Claim => ({ ...by(name), id: `${claim.id}: ${name}`, role: 'secondary' })),
    ];
  });
}
