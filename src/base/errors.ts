/** The project's error types, and the one form their messages take. */
import { closest, distance } from 'fastest-levenshtein';

/** The user can fix it: exit code 2, one line, no stack. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** A file does not hold what it should. Message opens with the file (and line). */
export class DataError extends Error {
  override name = 'DataError';
}

/** Tensors do not fit: a bug of ours, shown with its stack. */
export class ShapeError extends Error {
  override name = 'ShapeError';
}

/** Training cannot go on, or what it gave cannot be used: non-finite numbers, an engine that computes otherwise, failed runs. */
export class TrainingError extends Error {
  override name = 'TrainingError';
}

/** The user or the system asked us to stop; work was saved. Exit code 130. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';
}

/**
 * The project's one sentence for a broken rule: `<where>: expected <rule>, got <value>; <what to do>`.
 *
 * @param got any value; strings are quoted, long values are cut
 */
export function explain(where: string, expected: string, got: unknown, remedy?: string): string {
  return `${where}: expected ${expected}, got ${show(got)}${remedy ? `; ${remedy}` : ''}`;
}

/** The part of a message that lists what would have been valid: all names when there are ten or fewer. */
export function oneOf(names: readonly string[]): string {
  if (names.length <= 10) return `one of ${names.join(', ')}`;
  return `one of ${names.length} names (${names.slice(0, 6).join(', ')}, …)`;
}

/** `did you mean "x"?`, or undefined when no name is near enough to be a slip of the keyboard. */
export function didYouMean(given: string, names: readonly string[]): string | undefined {
  const nearest = nearestName(given, names);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}

/** The name that was probably meant; undefined when none is near enough to be a slip of the keyboard. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(given, [...names]);
  const tolerance = Math.max(2, Math.floor(given.length / 3));
  return distance(given, nearest) <= tolerance ? nearest : undefined;
}

/** Words of ours for a value that is not there; a value of the user's is quoted. */
const absences = new Set(['none', 'nothing', 'no file']);

function show(value: unknown): string {
  if (typeof value === 'number') return String(value); // JSON has no NaN
  if (typeof value === 'string' && absences.has(value)) return value;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
