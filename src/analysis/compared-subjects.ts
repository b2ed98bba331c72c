/** What `compare` was asked for: runs, arms and results folders, as sets of runs under one name each. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import { groupBy } from '../base/group.ts';
import { assertRecord } from '../results/record-shape.ts';
import { type RunRecord, readRecord, readRecords } from '../results/run-folder.ts';
import { readExperiments } from '../results/stored-experiment.ts';

/** Runs that differ by their seed only. */
export interface Subject {
  name: string;
  runs: SubjectRun[];
}

export interface SubjectRun {
  folder: string;
  record: RunRecord;
}

/** Subjects that are compared with the first of them. */
export interface SubjectGroup {
  /** The arm that several folders have; empty where all was asked for together. */
  name: string;
  subjects: Subject[];
}

/** An arm of one results folder. */
interface Arm extends Subject {
  results: string;
}

/**
 * Of several results folders, the arms that they have in common, folder beside folder; of anything else, all that was
 * named in one group. A results folder stands for all its arms.
 *
 * @param paths folders of runs, results folders, or arms of one: `FOLDER:ARM`
 * @throws {ConfigError} if one is none of these, or fewer than two things are there to compare
 */
export function groupsOf(paths: readonly string[]): SubjectGroup[] {
  const found = paths.map(subjectsAt);
  const folders = found.flatMap(({ arms }) => (arms ? [arms] : []));
  const common = folders.length === paths.length && folders.length > 1 ? commonArms(folders) : [];
  if (common.length > 0) return common;
  const subjects = namedApart(found.flatMap(({ arms, subject }) => arms ?? subject ?? []));
  if (subjects.length > 1) return [{ name: '', subjects }];
  const remedy = 'name runs, results folders, or arms as FOLDER:ARM';
  throw new ConfigError(explain('compare', 'at least two runs or arms', subjects.length, remedy));
}

/** A results folder's arms, or one subject. */
function subjectsAt(path: string): { arms?: Arm[]; subject?: Arm } {
  if (existsSync(join(path, 'run.json'))) return { subject: runAt(path) };
  if (existsSync(join(path, 'runs'))) return { arms: armsIn(path) };
  const [, folder, arm] = /^(.*?[^:]):([^:]+)$/.exec(path) ?? [];
  if (folder !== undefined && existsSync(join(folder, 'runs'))) return { subject: armNamed(folder, arm!) };
  const rule = 'the folder of a run, a results folder, or an arm as FOLDER:ARM';
  throw new ConfigError(explain(path, rule, 'neither', 'check the path'));
}

function runAt(folder: string): Arm {
  const record = readRecord(folder)!;
  assertRecord(folder, record);
  return { name: record.name, results: resolve(folder, '..', '..'), runs: [{ folder, record }] };
}

function armNamed(folder: string, name: string): Arm {
  const arms = armsIn(folder);
  const names = arms.map((arm) => arm.name);
  const arm = arms.find((one) => one.name === name);
  if (arm) return arm;
  throw new ConfigError(explain(`${folder}: arm`, oneOf(names), name, didYouMean(name, names)));
}

/** As its experiments list them; of a folder without one, runs of one name are seeds of one arm. */
function armsIn(results: string): Arm[] {
  const runs = readRecords(results).map((record) => ({
    folder: join(results, 'runs', record.runId),
    record,
  }));
  const listed = new Map(
    readExperiments(results).flatMap(({ arms }) =>
      arms.flatMap((arm) => arm.runs.map(({ runId }) => [runId, arm.name] as const)),
    ),
  );
  const own = runs.filter(({ record }) => listed.size === 0 || listed.has(record.runId));
  const nameOf = ({ record }: SubjectRun) =>
    listed.get(record.runId) ?? record.name.replace(/, seed \d+$/, '');
  return [...groupBy(own, nameOf)].map(([name, ofArm]) => ({ name, results, runs: [...ofArm] }));
}

function commonArms(folders: readonly (readonly Arm[])[]): SubjectGroup[] {
  const names = [...new Set(folders.flat().map(({ name }) => name))];
  const groups = names.map((name) => ({ name, subjects: folders.flat().filter((arm) => arm.name === name) }));
  return groups
    .filter(({ subjects }) => subjects.length > 1)
    .map(({ name, subjects }) => ({ name, subjects: namedByFolder(subjects) }));
}

function namedByFolder(arms: readonly Arm[]): Subject[] {
  const names = arms.map(({ results }) => basename(resolve(results)));
  const isClear = new Set(names).size === names.length;
  return arms.map(({ results, runs }, i) => ({ name: isClear ? names[i]! : results, runs }));
}

/** Arms of one name get their folder's beside it, and then their run's. */
function namedApart(arms: readonly Arm[]): Subject[] {
  const isTwice = (name: string, all: readonly string[]) => all.filter((other) => other === name).length > 1;
  const short = arms.map(({ name }) => name);
  const long = arms.map((arm) => `${basename(resolve(arm.results))}: ${arm.name}`);
  return arms.map(({ runs, name }, i) => {
    if (!isTwice(name, short)) return { name, runs };
    const isClear = !isTwice(long[i]!, long);
    return { name: isClear ? long[i]! : runs.map(({ record }) => record.runId).join(', '), runs };
  });
}
