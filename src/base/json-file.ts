/** JSON files, read back: a broken one is named with the line, one of another kind with the key. */
import { readFileSync } from 'node:fs';
import { type ParseError, parse } from 'jsonc-parser';
import type { z } from 'zod';
import { DataError, explain } from './errors.ts';
import { unreadable } from './system-errors.ts';

/**
 * @param what the file holds, such as `a run record`
 * @throws {DataError} if the file cannot be read, or is no JSON
 */
export function readJsonFile(path: string, what: string, remedy: string): unknown {
  const text = readTextOf(path, what);
  try {
    return JSON.parse(text);
  } catch {
    const where = `${path}:${lineOfMistake(text)}`;
    throw new DataError(explain(where, `${what} in JSON`, 'something else', remedy));
  }
}

/**
 * That a value read from a file is of the shape that the code relies on.
 *
 * @throws {DataError} naming the first key that is not
 */
export function assertShape(
  path: string,
  what: string,
  remedy: string,
  shape: z.ZodType,
  value: unknown,
): void {
  const [issue] = shape.safeParse(value, { reportInput: true }).error?.issues ?? [];
  if (!issue) return;
  const { path: key, input = 'nothing' } = issue;
  const rule = issue.code === 'invalid_type' ? `${key.join('.')} (${issue.expected})` : key.join('.');
  throw new DataError(explain(path, key.length > 0 ? `${what} with ${rule}` : what, input, remedy));
}

function readTextOf(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, `${what} in JSON`, error);
  }
}

/** JSON.parse says a line only sometimes. */
function lineOfMistake(text: string): number {
  const mistakes: ParseError[] = [];
  parse(text, mistakes, { disallowComments: true });
  return text.slice(0, mistakes[0]?.offset).split('\n').length;
}
