/** What an experiment's file must keep that its schema cannot say: claims about what is there. */
import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import { selectTasks } from '../finetune/task-selection.ts';
import type { Arm } from './arms.ts';
import type { ExperimentFile } from './experiment-schema.ts';
import { costNames } from './measurements.ts';
import { metricNames } from './tables.ts';

/** @throws {ConfigError} if a claim is about arms or a metric that the runs will not have, or about nothing */
export function assertClaims(
  file: string,
  claims: ExperimentFile['claims'],
  arms: readonly Arm[],
  cells: readonly RunConfig[],
): void {
  const names = arms.map(({ name }) => name);
  const ids = claims.map(({ id }) => id);
  const metrics = claims.length > 0 ? metricsOf(cells) : [];
  for (const [index, { id, ahead, behind, metric, predictsFailureOf }] of claims.entries()) {
    const where = `${file}: claims[${index}]`;
    assertOneOf(`${where}.ahead`, names, ahead);
    assertOneOf(`${where}.behind`, names, behind);
    for (const name of predictsFailureOf) assertOneOf(`${where}.predictsFailureOf`, names, name);
    assertOneOf(`${where}.metric`, metrics, metric);
    if (ahead === behind)
      throw new ConfigError(explain(`${where}.behind`, 'an arm that is not ahead', behind));
    if (ids.indexOf(id) < index) throw new ConfigError(explain(`${where}.id`, 'a name of its own', id));
  }
}

/** What the runs will be measured by. */
function metricsOf(cells: readonly RunConfig[]): string[] {
  const tasks = cells.flatMap(({ finetune }) => tasksOf(finetune).map((name) => `task.${name}`));
  return ['downstream', ...new Set(tasks), ...metricNames, ...costNames];
}

export function tasksOf(finetune: RunConfig['finetune']): string[] {
  return selectTasks(finetune.tasks, finetune).tasks.map(({ name }) => name);
}

export function assertOneOf(where: string, known: readonly string[], value: string): void {
  if (!known.includes(value))
    throw new ConfigError(explain(where, oneOf(known), value, didYouMean(value, known)));
}
