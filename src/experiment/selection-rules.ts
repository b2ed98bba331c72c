/**
 * What an experiment's file must keep where it chooses: values by a search, measurements by pilots, both on runs that
 * it does not report.
 */

import { ConfigError, didYouMean, explain } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import { heldOutNames } from '../metrics/measurements.ts';
import { type Arm, armsNamed, searchedArms, sourcesOf } from './arms.ts';
import { canBeAskedFor, metricRule } from './asked-measurement.ts';
import { assertOneOf, tasksOf } from './experiment-rules.ts';
import type { ExperimentFile } from './experiment-schema.ts';

/** @throws {ConfigError} if a seed that something is chosen by, values or measurements, is one that is reported */
export function assertChosenElsewhere(
  file: string,
  { tuning, signal }: ExperimentFile,
  seeds: readonly number[],
): void {
  for (const [name, chosenBy] of Object.entries({ tuning, signal })) {
    const both = chosenBy?.seeds.filter((seed) => seeds.includes(seed)) ?? [];
    if (both.length === 0) continue;
    const [where, remedy] = [`${file}: ${name}.seeds`, `give \`${name}\`, or --seeds, others`];
    throw new ConfigError(explain(where, 'seeds that are not reported', both.join(', '), remedy));
  }
}

/** @throws {ConfigError} if pilots are of arms that are not there, or without the arms whose runs they begin with */
export function assertPilots(file: string, { signal }: ExperimentFile, arms: readonly Arm[]): void {
  if (!signal) return;
  const where = `${file}: signal`;
  const names = arms.map(({ name }) => name);
  for (const name of signal.arms) assertOneOf(`${where}.arms`, names, name);
  const pilots = armsNamed(arms, signal.arms);
  const piloted = pilots.map(({ name }) => name);
  for (const name of Object.keys(signal.byArm)) assertOneOf(`${where}.byArm`, piloted, name);
  for (const arm of pilots) {
    const source = sourcesOf(arm).find((name) => !piloted.includes(name));
    if (source === undefined) continue;
    const rule = `${source} among them, whose runs those of ${arm.name} begin with`;
    throw new ConfigError(explain(`${where}.arms`, rule, piloted.join(', ')));
  }
}

/** @throws {ConfigError} if a search is by what no run can be asked for, or has a grid for an arm that is not searched */
export function assertSearch(file: string, { tuning }: ExperimentFile, arms: readonly Arm[]): void {
  if (!tuning) return;
  const { metric, byArm } = tuning;
  if (!canBeAskedFor(metric)) {
    const names = [...heldOutNames, 'downstream'];
    throw new ConfigError(explain(`${file}: tuning.metric`, metricRule, metric, didYouMean(metric, names)));
  }
  const searched = searchedArms(arms, byArm);
  const names = searched.map(({ name }) => name);
  for (const name of Object.keys(byArm)) assertOneOf(`${file}: tuning.byArm`, names, name);
  for (const arm of searched) {
    const source = sourcesOf(arm).find((name) => !names.includes(name));
    if (source === undefined) continue;
    const rule = `${source} to be searched too, as the runs of ${arm.name} begin with its`;
    throw new ConfigError(explain(`${file}: tuning.byArm`, rule, names.join(', ')));
  }
}

/** @throws {ConfigError} if the task that values are chosen by is one that is reported, and not the primary one */
export function assertTaskIsNotReported(
  file: string,
  { tuning, primary }: ExperimentFile,
  cells: readonly RunConfig[],
): void {
  if (!tuning || tuning.metric === primary?.metric) return;
  const isReported = (task: string) => tuning.metric === `task.${task}` || tuning.metric === 'downstream';
  const cell = cells.find(({ finetune }) => tasksOf(finetune).some(isReported));
  if (!cell) return;
  const rule = `a task that ${cell.name} does not report`;
  const remedy = 'let another decide, or take it from finetune.tasks';
  throw new ConfigError(explain(`${file}: tuning.metric`, rule, tuning.metric, remedy));
}
