/** The arms of an experiment: each a change of the configuration, a grid of them expanded. */
import { ConfigError, explain, oneOf } from '../base/errors.ts';
import { merge } from '../config/resolve.ts';
import { isMapping, type Mapping } from '../config/yaml-file.ts';
import type { Fork } from '../results/stored-experiment.ts';
import type { ExperimentFile } from './experiment-schema.ts';

/** By axis of a grid. */
export type Coordinates = Record<string, string | number | boolean>;

export interface Arm {
  name: string;
  /** Its place in the grid, such as `generator.size` → 0.25. */
  coordinates: Coordinates;
  /** What it changes of the preset. */
  changes: Mapping;
  /** The arm whose run, seed by seed, trains this one's generator. */
  generatorFrom?: string;
  /** The arm whose run, seed by seed, this one's begins within, and the fraction of that run's training. */
  fork?: Fork;
  /** The arm whose tuned value it takes instead of a search of its own. */
  tunedAs?: string;
}

/** Keys of an arm that are not configuration. */
const ownKeys = ['grid', 'coordinates', 'generatorFrom', 'fork', 'tunedAs'];

/**
 * @param where the file, as messages name it
 * @throws {ConfigError} on an arm that is no mapping, a grid that is none, or a name that no other arm has
 */
export function armsOf(where: string, { arms, common }: ExperimentFile): Arm[] {
  if (Object.keys(arms).length === 0) {
    throw new ConfigError(explain(`${where}: arms`, 'a mapping of names to configurations', arms));
  }
  const expanded = Object.entries(arms)
    .flatMap(([name, arm]) => expand(`${where}: ${name}`, name, arm))
    .map(searchedAsItself);
  assertNoOwnName(`${where}: common`, common);
  for (const arm of expanded) {
    assertNoOwnName(`${where}: ${arm.name}`, arm.changes);
    assertLinks(where, arm, expanded);
  }
  return expanded.map((arm) => ({ ...arm, changes: merge(common, arm.changes) }));
}

/** Those arms, or all where none is named. */
export function armsNamed(arms: readonly Arm[], names: readonly string[]): Arm[] {
  return arms.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** The arms whose runs, seed by seed, an arm's runs begin with. */
export function sourcesOf({ generatorFrom, fork }: Arm): string[] {
  return [generatorFrom, fork?.from].filter((source) => source !== undefined);
}

/**
 * The arms that have a search of their own: not those that take another's values, and of those whose runs begin with
 * another arm's only the ones that have a grid of their own.
 */
export function searchedArms(arms: readonly Arm[], byArm: Readonly<Record<string, unknown>>): Arm[] {
  const isFree = (arm: Arm) => sourcesOf(arm).length === 0 || Object.hasOwn(byArm, arm.name);
  return arms.filter((arm) => arm.tunedAs === undefined && isFree(arm));
}

/** Of a grid that is tuned as one of its points, that point is the one that is searched. */
function searchedAsItself({ tunedAs, ...arm }: Arm): Arm {
  return tunedAs === undefined || tunedAs === arm.name ? arm : { ...arm, tunedAs };
}

/** One arm of the file: itself, or one for every point of its grid. */
function expand(where: string, name: string, arm: unknown): Arm[] {
  if (!isMapping(arm)) throw new ConfigError(explain(where, 'a mapping', arm));
  assertNoOwnName(where, arm);
  const { grid = {}, coordinates = {}, generatorFrom, fork, tunedAs } = arm;
  assertCoordinates(`${where}: coordinates`, coordinates);
  assertName(`${where}: generatorFrom`, generatorFrom);
  assertName(`${where}: tunedAs`, tunedAs);
  assertFork(`${where}: fork`, fork);
  const links = {
    ...(generatorFrom && { generatorFrom }),
    ...(fork && { fork }),
    ...(tunedAs && { tunedAs }),
  };
  const changes = Object.fromEntries(Object.entries(arm).filter(([key]) => !ownKeys.includes(key)));
  return gridPoints(`${where}: grid`, grid).map((point) => ({
    name: [name, ...point.labels].join(', '),
    coordinates: { ...coordinates, ...point.coordinates },
    changes: merge(changes, point.changes),
    ...links,
  }));
}

function assertCoordinates(where: string, value: unknown): asserts value is Coordinates {
  const isPlain = (item: unknown) => ['string', 'number', 'boolean'].includes(typeof item);
  if (isMapping(value) && Object.values(value).every(isPlain)) return;
  throw new ConfigError(explain(where, 'a mapping of names to values', value));
}

/** One choice of a value on every axis of a grid. */
export interface GridPoint {
  /** One of each axis, such as `size 0.25`. */
  labels: string[];
  /** Such as `generator.size` → 0.25. */
  coordinates: Coordinates;
  changes: Mapping;
}

/**
 * Every point of a grid, the last axis running fastest; of a grid without axes, the one that changes nothing.
 *
 * @param where the grid, as messages name it
 * @throws {ConfigError} on a grid that is no mapping, or an axis without values
 */
export function gridPoints(where: string, grid: unknown): GridPoint[] {
  if (!isMapping(grid)) throw new ConfigError(explain(where, 'a mapping of keys to lists', grid));
  assertFewPoints(where, grid);
  return Object.entries(grid).reduce<GridPoint[]>(
    (points, [axis, values]) => {
      const steps = stepsOf(`${where}: ${axis}`, axis, values);
      return points.flatMap((point) => steps.map((step) => moved(point, axis, step)));
    },
    [{ labels: [], coordinates: {}, changes: {} }],
  );
}

/** Asked before any is made: five axes of thirty values are more than a memory holds. */
function assertFewPoints(where: string, grid: Mapping): void {
  const sizes = Object.values(grid).map((axis) => Object.keys(axis ?? {}).length);
  const points = sizes.reduce((product, size) => product * size, 1);
  if (points <= mostPoints) return;
  throw new ConfigError(explain(where, `at most ${mostPoints} points`, points, 'leave out values or axes'));
}

const mostPoints = 1000;

/** A value of one axis. */
interface Step {
  label: string;
  coordinate: Coordinates[string];
  changes: Mapping;
}

function moved(point: GridPoint, axis: string, { label, coordinate, changes }: Step): GridPoint {
  return {
    labels: [...point.labels, label],
    coordinates: { ...point.coordinates, [axis]: coordinate },
    changes: merge(point.changes, changes),
  };
}

/** A list varies a key of the configuration; a mapping has named changes of any keys. */
function stepsOf(where: string, axis: string, values: unknown): Step[] {
  if (Array.isArray(values) && values.length > 0) {
    const key = axis.split('.');
    return values.map((value) => ({
      label: `${key.at(-1)} ${shown(value)}`,
      coordinate: typeof value === 'number' || typeof value === 'boolean' ? value : shown(value),
      changes: key.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as Mapping,
    }));
  }
  if (isMapping(values) && Object.values(values).every(isMapping)) {
    return Object.entries(values).map(([label, changes]) => ({
      label,
      coordinate: label,
      changes: changes as Mapping,
    }));
  }
  const rule = 'a list of values, or names with their changes';
  throw new ConfigError(explain(where, rule, values, 'write [0.25, 0.5], or { wide: { model: { … } } }'));
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function assertName(where: string, value: unknown): asserts value is string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return;
  throw new ConfigError(explain(where, 'the name of an arm', value));
}

function assertFork(where: string, value: unknown): asserts value is Fork | undefined {
  if (value === undefined) return;
  const { from, at, ...others } = isMapping(value) ? value : {};
  const isWhole = typeof from === 'string' && typeof at === 'number' && at > 0 && at <= 1;
  if (isWhole && Object.keys(others).length === 0) return;
  const rule = 'the name of an arm and a fraction of its training in (0, 1]';
  throw new ConfigError(explain(where, rule, value, 'write { from: joint, at: 0.5 }'));
}

function assertNoOwnName(where: string, changes: Mapping): void {
  const own = ['name', 'seed'].find((key) => key in changes);
  if (!own) return;
  const remedy =
    own === 'name' ? 'the name of the arm names its runs' : 'write `seeds: [0, 1]` beside `arms`';
  throw new ConfigError(explain(`${where}: ${own}`, 'no such key in an arm', changes[own], remedy));
}

/** @throws {ConfigError} if an arm that is named is not there, or arms wait for each other in a circle */
function assertLinks(where: string, arm: Arm, arms: readonly Arm[]): void {
  for (const key of ['generatorFrom', 'tunedAs', 'fork'] as const) {
    for (let [seen, at] = [[arm.name], arm]; linkOf(at, key) !== undefined; ) {
      const others = arms.filter(({ name }) => !seen.includes(name));
      const link = linkOf(at, key);
      const next = others.find(({ name }) => name === link);
      if (!next) throw new ConfigError(explain(`${where}: ${at.name}: ${key}`, another(others), link));
      [seen, at] = [[...seen, next.name], next];
    }
  }
}

function linkOf(arm: Arm, key: 'generatorFrom' | 'tunedAs' | 'fork'): string | undefined {
  return key === 'fork' ? arm.fork?.from : arm[key];
}

function another(others: readonly Arm[]): string {
  return others.length > 0 ? oneOf(others.map(({ name }) => name)) : 'another arm of this experiment';
}
