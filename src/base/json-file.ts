/** JSON files of ours, read back: a broken one is named with the line. */
import { readFileSync } from 'node:fs';
import { type ParseError, parse } from 'jsonc-parser';
import { DataError, explain } from './errors.ts';

/**
 * @param what the file holds, such as `a run record`
 * @throws {DataError} if the file is no JSON
 */
export function readJsonFile(path: string, what: string, remedy: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    const where = `${path}:${lineOfMistake(text)}`;
    throw new DataError(explain(where, `${what} in JSON`, 'something else', remedy));
  }
}

/** JSON.parse says a line only sometimes. */
function lineOfMistake(text: string): number {
  const mistakes: ParseError[] = [];
  parse(text, mistakes, { disallowComments: true });
  return text.slice(0, mistakes[0]?.offset).split('\n').length;
}
