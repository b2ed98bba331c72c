/** JSON files of ours, read back: a broken one is named with the line. */
import { readFileSync } from 'node:fs';
import { DataError, explain } from './errors.ts';

/**
 * @param what the file holds, such as `a run record`
 * @throws {DataError} if the file is no JSON
 */
export function readJsonFile(path: string, what: string, remedy: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    const where = `${path}:${lineOf(text, error as SyntaxError)}`;
    throw new DataError(explain(where, `${what} in JSON`, 'something else', remedy));
  }
}

/** The parser says a position where it met something wrong, and none where the text ends too early. */
function lineOf(text: string, { message }: SyntaxError): number {
  const position = /at position (\d+)/.exec(message)?.[1];
  const before = position === undefined ? text.trimEnd() : text.slice(0, Number(position));
  return before.split('\n').length;
}
